//! The words of the papers beside those of Appendix Б: headings, tables, and what the digital badge is. The regulation has no English;
//! it is ours.

use verifier::Language;

use super::print::Told;

/// The words of one language.
pub(super) struct Words {
    pub(super) certificate: &'static str,
    pub(super) transcript: &'static str,
    pub(super) competences: &'static str,
    pub(super) grade: &'static str,
    pub(super) final_result: &'static str,
    pub(super) overleaf: &'static str,
    pub(super) qr: &'static str,
    pub(super) identifier: &'static str,
    /// What the digital badge is, and what it is not.
    pub(super) badge: &'static str,
    pub(super) to_certificate: &'static str,
    pub(super) organisation: &'static str,
    pub(super) registration_number: &'static str,
    pub(super) learner: &'static str,
    pub(super) programme: &'static str,
    pub(super) qualification: &'static str,
    pub(super) period: &'static str,
    pub(super) level: &'static str,
    pub(super) study_form: &'static str,
    pub(super) volume: &'static str,
    pub(super) hours: &'static str,
    pub(super) credits: &'static str,
    /// One of them.
    pub(super) credit: &'static str,
    pub(super) decision: &'static str,
    pub(super) protocol: &'static str,
    pub(super) issued: &'static str,
    pub(super) description: &'static str,
    pub(super) content: &'static str,
    /// Columns of the content table (Appendix Г), the number first.
    pub(super) columns: [&'static str; 10],
    pub(super) total: &'static str,
    pub(super) scale: &'static str,
    pub(super) letter: &'static str,
    pub(super) percent: &'static str,
    pub(super) achievement: &'static str,
    pub(super) result: &'static str,
}

impl Words {
    /// The noun behind a number of credits. Kazakh needs no other form; the Russian one is that of Appendix Б, for one credit too.
    pub(super) fn credits_of(&self, number: &str) -> &'static str {
        if number == "1" { self.credit } else { self.credits }
    }
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Kk => &KK,
        Language::Ru => &RU,
        Language::En => &EN,
    }
}

/// What stands before the number of a certificate on the further sheets of a side: in Kazakh and Russian it is the same.
pub(super) fn certificate_label(told: &[Told]) -> &'static str {
    told.first().map_or("", |told| words(told.language).to_certificate)
}

static KK: Words = Words {
    certificate: "Микробіліктілік берілгені туралы сертификат",
    transcript: "Сертификатқа қосымша (Transcript)",
    competences: "Игерілген құзыреттер тізімі",
    grade: "Баға",
    final_result: "Қорытынды баға",
    overleaf: "Игерілген құзыреттер тізімі және бағалар — келесі бетте.",
    qr: "Түпнұсқалығын тексеруге арналған QR код",
    identifier: "Бірегей идентификатор",
    badge: "Цифрлық бейдж — осы PDF ішіне салынған, университеттің Ed25519 кілтімен қол қойылған Open Badges 3.0 (W3C) файлы. Ол бұл сертификатты кім бергенін және оның өзгермегенін дәлелдейді; оны кез келген адам QR код арқылы немесе тәуелсіз бағдарламамен тексере алады. Бұл — ҚР заңнамасы бойынша ЭЦҚ емес.",
    to_certificate: "Сертификат №",
    organisation: "Білім беру ұйымының атауы",
    registration_number: "Тіркеу нөмірі №",
    learner: "Тегі, аты, әкесінің аты",
    programme: "Микробіліктілік бағдарламасы",
    qualification: "Берілген микробіліктілік",
    period: "Оқу кезеңі",
    level: "Білім деңгейі (ҰБШ)",
    study_form: "Оқыту формасы",
    volume: "Көлемі",
    hours: "академиялық сағат",
    credits: "академиялық кредит",
    credit: "академиялық кредит",
    decision: "Біліктілік комиссиясының шешімі",
    protocol: "хаттама №",
    issued: "Берілген күні",
    description: "Курс сипаттамасы",
    content: "Бағдарламаның мазмұны және нәтижелер",
    columns: [
        "№",
        "Оқу нәтижелері",
        "Бағалау критерийлері",
        "Барлық сағат",
        "теория",
        "зертхана, практика",
        "жеке",
        "педагогпен өздік жұмыс",
        "өздік жұмыс",
        "Сабақ түрі",
    ],
    total: "Барлығы",
    scale: "Бағалау шкаласы",
    letter: "Әріптік баға",
    percent: "Пайыздық баламасы, %",
    achievement: "Қол жеткізу деңгейі",
    result: "Нәтиже сипаттамасы",
};

static RU: Words = Words {
    certificate: "Сертификат о присвоении микроквалификации",
    transcript: "Приложение к сертификату (Transcript)",
    competences: "Перечень освоенных компетенций",
    grade: "Оценка",
    final_result: "Итоговая оценка",
    overleaf: "Перечень освоенных компетенций с оценками — на следующей странице.",
    qr: "QR-код для проверки подлинности",
    identifier: "Уникальный идентификатор",
    badge: "Цифровой бейдж — вложенный в этот PDF файл Open Badges 3.0 (W3C), подписанный ключом Ed25519 университета. Он доказывает, кто выдал сертификат и что в нём ничего не изменено; проверить его может каждый — по QR-коду или независимой программой. Это не ЭЦП по законодательству РК.",
    to_certificate: "Сертификат №",
    organisation: "Наименование организации",
    registration_number: "Регистрационный номер №",
    learner: "Фамилия, имя, отчество",
    programme: "Программа микроквалификации",
    qualification: "Присвоенная микроквалификация",
    period: "Период обучения",
    level: "Уровень образования (НРК)",
    study_form: "Форма обучения",
    volume: "Объем",
    hours: "академических часов",
    credits: "академических кредитов",
    credit: "академических кредитов",
    decision: "Решение Квалификационной комиссии",
    protocol: "протокол №",
    issued: "Дата выдачи",
    description: "Описание курса",
    content: "Содержание программы и достигнутые результаты",
    columns: [
        "№",
        "Результаты обучения",
        "Критерии оценки",
        "Всего часов",
        "теория",
        "лаб., практика",
        "индивид.",
        "СРСП",
        "СРС",
        "Вид занятия",
    ],
    total: "Итого",
    scale: "Шкала оценок",
    letter: "Буквенная оценка",
    percent: "Эквивалент в %",
    achievement: "Уровень достижения",
    result: "Описание результата",
};

static EN: Words = Words {
    certificate: "Certificate of award of a micro-qualification",
    transcript: "Annex to the certificate (Transcript)",
    competences: "Competences mastered",
    grade: "Grade",
    final_result: "Final grade",
    overleaf: "The competences mastered, with grades, are on the next page.",
    qr: "QR code for authenticity check",
    identifier: "Unique identifier",
    badge: "The digital badge is an Open Badges 3.0 (W3C) file inside this PDF, signed with the university's Ed25519 key. It proves who issued the certificate and that nothing in it has changed; anybody can check it, by the QR code or with an independent program. It is not an electronic digital signature (ЭЦП) under the law of Kazakhstan. English edition; the regulation's form is in Kazakh and Russian.",
    to_certificate: "Certificate No.",
    organisation: "Name of the organisation",
    registration_number: "Registration No.",
    learner: "Surname, given name, patronymic",
    programme: "Micro-qualification programme",
    qualification: "Micro-qualification awarded",
    period: "Period of study",
    level: "Level (NQF)",
    study_form: "Form of study",
    volume: "Volume",
    hours: "academic hours",
    credits: "academic credits",
    credit: "academic credit",
    decision: "Decision of the Qualification Commission",
    protocol: "minutes No.",
    issued: "Date of issue",
    description: "Course description",
    content: "Content of the programme and results achieved",
    columns: [
        "No.",
        "Learning outcomes",
        "Assessment criteria",
        "Total hours",
        "theory",
        "lab / practice",
        "individual",
        "guided self-study",
        "self-study",
        "Type of lesson",
    ],
    total: "Total",
    scale: "Grading scale",
    letter: "Letter grade",
    percent: "Percent",
    achievement: "Level of achievement",
    result: "Description of the result",
};
