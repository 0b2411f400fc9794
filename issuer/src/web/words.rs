//! Every word of the pages in Kazakh, Russian and English. One table per language, the same members in the same order;
//! the words of the certificate form itself stand in its templates, word for word as in Appendix Б.

use verifier::Language;

use super::answer::Failure;
use crate::programme::ProgrammeStatus;

/// The words of one language.
pub(super) struct Words {
    pub(super) language_name: &'static str,
    pub(super) skip: &'static str,
    pub(super) demo: &'static str,
    pub(super) home: &'static str,
    pub(super) verify: &'static str,
    pub(super) register: &'static str,
    pub(super) languages: &'static str,
    pub(super) address_bar: &'static str,

    pub(super) start_title: &'static str,
    pub(super) start_what: &'static str,
    pub(super) start_number: &'static str,
    pub(super) programmes: &'static str,
    pub(super) code: &'static str,
    pub(super) programme_title: &'static str,
    pub(super) qualification: &'static str,
    pub(super) level: &'static str,
    pub(super) volume: &'static str,
    pub(super) credits: &'static str,
    pub(super) hours: &'static str,
    pub(super) unit: &'static str,
    pub(super) status: &'static str,

    pub(super) verify_what: &'static str,
    pub(super) verify_file: &'static str,
    pub(super) verify_text: &'static str,
    pub(super) verify_send: &'static str,
    pub(super) verify_private: &'static str,
    pub(super) verify_scope: &'static str,
    pub(super) verify_again: &'static str,

    pub(super) valid_sentence: &'static str,
    pub(super) untrusted_sentence: &'static str,
    pub(super) revoked_on: &'static str,
    pub(super) issued_in_error: &'static str,
    pub(super) superseded: &'static str,
    pub(super) misconduct: &'static str,
    pub(super) holder_request: &'static str,
    pub(super) reason_not_recorded: &'static str,
    pub(super) facts: &'static str,
    pub(super) signature_right: &'static str,
    pub(super) key_of_issuer: &'static str,
    pub(super) issuer_is_ours: &'static str,
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    pub(super) not_found_out: &'static str,
    pub(super) checked_at: &'static str,
    pub(super) checks: &'static str,
    pub(super) check: &'static str,
    pub(super) outcome: &'static str,
    pub(super) warnings: &'static str,
    pub(super) nothing_shown: &'static str,

    pub(super) certificate: &'static str,
    pub(super) compare: &'static str,
    pub(super) no_longer: &'static str,
    pub(super) competences: &'static str,
    pub(super) competence: &'static str,
    pub(super) grade: &'static str,
    pub(super) qr: &'static str,
    pub(super) qr_note: &'static str,
    pub(super) identifier: &'static str,
    pub(super) download: &'static str,
    pub(super) paper: &'static str,
    pub(super) independent: &'static str,
    pub(super) screenshot: &'static str,
    pub(super) about_programme: &'static str,
    pub(super) legal: &'static str,
    pub(super) legal_is: &'static str,
    pub(super) legal_is_not: &'static str,

    pub(super) stated: &'static str,
    pub(super) holder: &'static str,
    pub(super) organisation: &'static str,
    pub(super) issuer: &'static str,
    pub(super) number: &'static str,
    pub(super) registration_number: &'static str,
    pub(super) issue_date: &'static str,
    pub(super) valid_until: &'static str,
    pub(super) open_page: &'static str,

    pub(super) programme: &'static str,
    pub(super) programme_number: &'static str,
    pub(super) version: &'static str,
    pub(super) registered_on: &'static str,
    pub(super) validity: &'static str,
    pub(super) study_form: &'static str,
    pub(super) study_languages: &'static str,
    pub(super) standard: &'static str,
    pub(super) goal: &'static str,
    pub(super) description: &'static str,
    pub(super) outcomes: &'static str,
    pub(super) competences_formed: &'static str,
    pub(super) outcome_name: &'static str,
    pub(super) criteria: &'static str,
    pub(super) prerequisites: &'static str,
    pub(super) assessment: &'static str,
    pub(super) accreditation: &'static str,
    pub(super) no_accreditation: &'static str,
    pub(super) frameworks: &'static str,
    pub(super) nqf: &'static str,

    pub(super) register_what: &'static str,
    pub(super) issued: &'static str,
    pub(super) revoked: &'static str,
    pub(super) total: &'static str,
    pub(super) as_of: &'static str,
    pub(super) no_certificates: &'static str,
}

/// The words of `language`.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Kk => &KK,
        Language::Ru => &RU,
        Language::En => &EN,
    }
}

const KK: Words = Words {
    language_name: "Қазақша",
    skip: "Мазмұнға өту",
    demo: "Бұл — сынақ жүйесі. Мұнда көрсетілген деректер ойдан шығарылған, олардың ешқандай күші жоқ.",
    home: "Басты бет",
    verify: "Тексеру",
    register: "Тізілім",
    languages: "Тіл",
    address_bar: "Мекенжай жолында мына атау тұрғанын тексеріңіз:",

    start_title: "Микросертификаттар",
    start_what: "Мұнда университеттің микробіліктілік бағдарламалары бойынша берілген микросертификаттары жарияланады және тексеріледі. Микросертификат — Open Badges 3.0 стандартындағы цифрлық бейдж, оны кез келген адам тексере алады.",
    start_number: "Сертификат нөмірі бойынша іздеу жоқ: басылған нөмірдің өзі ештеңе ашпайды. Сертификаттағы QR кодты сканерлеңіз немесе иесінен файлды сұраңыз.",
    programmes: "Микробіліктілік бағдарламалары",
    code: "Коды",
    programme_title: "Бағдарламаның атауы",
    qualification: "Берілетін микробіліктілік",
    level: "Білім деңгейі",
    volume: "Көлемі",
    credits: "академиялық кредит",
    hours: "академиялық сағат",
    unit: "Жауапты бөлімше",
    status: "Мәртебесі",

    verify_what: "Микросертификаттың файлын жүктеңіз немесе оның мәтінін қойыңыз.",
    verify_file: "Микросертификат файлы (JSON)",
    verify_text: "немесе микросертификаттың мәтіні",
    verify_send: "Тексеру",
    verify_private: "Жіберілген файл сақталмайды және еш жерге жазылмайды.",
    verify_scope: "Бұл бет тек осы университет берген микросертификаттарды растайды. Басқа ұйымдардың бейджін олардың өз бетінде немесе тәуелсіз бағдарламада тексеріңіз.",
    verify_again: "Тағы біреуін тексеру",

    valid_sentence: "Микросертификат түпнұсқа, оны осы университет берген және ол күшінде.",
    untrusted_sentence: "Қолтаңба дұрыс, бірақ бұл микросертификатты осы университет бермеген.",
    revoked_on: "Кері қайтарып алынған күні",
    issued_in_error: "қате берілген",
    superseded: "түзетілген сертификатпен алмастырылған",
    misconduct: "академиялық адалдық бұзылған",
    holder_request: "иесінің өтініші бойынша",
    reason_not_recorded: "себебі сақталмаған",
    facts: "Үш бөлек мәлімет",
    signature_right: "Қолтаңба осы құжатқа сәйкес келеді",
    key_of_issuer: "Кілт берушінің өзінікі",
    issuer_is_ours: "Беруші — осы университет",
    yes: "иә",
    no: "жоқ",
    not_found_out: "анықталмады",
    checked_at: "Тексерілген уақыты",
    checks: "Барлық тексеру",
    check: "Тексеру",
    outcome: "Нәтиже",
    warnings: "Ескертулер",
    nothing_shown: "Құжат расталмады, сондықтан оның мазмұны көрсетілмейді.",

    certificate: "Сертификат",
    compare: "Аты-жөнін, атауын және күнін қолыңыздағы қағазбен салыстырыңыз: QR код басқа біреудің сертификатынан көшірілуі мүмкін.",
    no_longer: "Бұл сертификат күшін жойған. Төменде оның бұрынғы мазмұны көрсетілген.",
    competences: "Игерілген құзыреттер тізімі және бағалар",
    competence: "Құзырет (оқу нәтижесі)",
    grade: "Баға",
    qr: "Түпнұсқалығын тексеруге арналған QR код",
    qr_note: "QR код осы бетті ашады.",
    identifier: "Бірегей идентификатор",
    download: "Қол қойылған микросертификатты жүктеу (JSON)",
    paper: "Басып шығаруға арналған сертификат (PDF)",
    independent: "Бұл — университеттің өз тексеруі. Тәуелсіз тексеру үшін файлды жүктеп, Open Badges 3.0 стандартын қолдайтын кез келген бағдарламада тексеріңіз. Берушінің кілттері:",
    screenshot: "Экран суреті ештеңені дәлелдемейді: бетті өзіңіз ашыңыз.",
    about_programme: "Бағдарлама туралы",
    legal: "Бұл қолтаңба нені білдіреді",
    legal_is: "Микросертификатқа университеттің Ed25519 кілтімен қол қойылған (W3C Data Integrity, eddsa-rdfc-2022). Бұл құжатты осы кілттің иесі бергенін және содан бері ол өзгермегенін көрсетеді.",
    legal_is_not: "Бұл — Қазақстан Республикасының заңнамасы бойынша электрондық цифрлық қолтаңба (ЭЦҚ) емес және eIDAS электрондық мөрі де емес. Қолы мен мөрі бар сертификаттың орнын басатыны университет ережесіне байланысты.",

    stated: "Микросертификатта көрсетілгені",
    holder: "Иесі (тегі, аты, әкесінің аты)",
    organisation: "Білім беру ұйымының атауы",
    issuer: "Берушінің идентификаторы",
    number: "Сертификат №",
    registration_number: "Тіркеу нөмірі №",
    issue_date: "Берілген күні",
    valid_until: "Жарамдылық мерзімі",
    open_page: "Микросертификаттың бетін ашу",

    programme: "Микробіліктілік бағдарламасы",
    programme_number: "Бірегей тіркеу нөмірі",
    version: "Редакциясы",
    registered_on: "Тіркелген күні",
    validity: "Қолданылу мерзімі",
    study_form: "Оқыту формасы",
    study_languages: "Оқыту тілі",
    standard: "Кәсіби стандарт негізінде әзірленген",
    goal: "Бағдарламаның мақсаты",
    description: "Курс сипаттамасы",
    outcomes: "Оқу нәтижелері",
    competences_formed: "Қалыптасатын құзыреттер",
    outcome_name: "Оқу нәтижесі",
    criteria: "Бағалау критерийлері",
    prerequisites: "Пререквизиттер",
    assessment: "Нәтижелерді бағалау",
    accreditation: "Аккредиттеудің болуы",
    no_accreditation: "Көрсетілмеген",
    frameworks: "Басқа шеңберлермен сәйкестік",
    nqf: "Қазақстан Республикасының Ұлттық біліктілік шеңбері (ҰБШ)",

    register_what: "Әр бағдарлама бойынша берілген және кері қайтарып алынған сертификаттардың саны. Мұнда ешкімнің аты көрсетілмейді.",
    issued: "Берілгені",
    revoked: "Кері қайтарып алынғаны",
    total: "Барлығы",
    as_of: "Уақыты",
    no_certificates: "Әлі бірде-бір сертификат берілген жоқ.",
};

const RU: Words = Words {
    language_name: "Русский",
    skip: "Перейти к содержанию",
    demo: "Это тестовая система. Показанные здесь данные вымышлены и не имеют никакой силы.",
    home: "Главная",
    verify: "Проверка",
    register: "Реестр",
    languages: "Язык",
    address_bar: "Убедитесь, что в адресной строке стоит:",

    start_title: "Микросертификаты",
    start_what: "Здесь публикуются и проверяются микросертификаты университета по программам микроквалификации. Микросертификат — цифровой бейдж стандарта Open Badges 3.0, проверить его может каждый.",
    start_number: "Поиска по номеру сертификата нет: один лишь печатный номер ничего не открывает. Отсканируйте QR-код на сертификате или попросите файл у владельца.",
    programmes: "Программы микроквалификации",
    code: "Код",
    programme_title: "Наименование программы",
    qualification: "Присваиваемая микроквалификация",
    level: "Уровень образования",
    volume: "Объём",
    credits: "академические кредиты",
    hours: "академические часы",
    unit: "Ответственное подразделение",
    status: "Статус",

    verify_what: "Загрузите файл микросертификата или вставьте его текст.",
    verify_file: "Файл микросертификата (JSON)",
    verify_text: "или текст микросертификата",
    verify_send: "Проверить",
    verify_private: "Отправленный файл не сохраняется и нигде не записывается.",
    verify_scope: "Эта страница подтверждает только микросертификаты этого университета. Бейджи других организаций проверяйте на их страницах или в независимой программе.",
    verify_again: "Проверить другой",

    valid_sentence: "Микросертификат подлинный, выдан этим университетом и действует.",
    untrusted_sentence: "Подпись верна, но этот микросертификат выдан не этим университетом.",
    revoked_on: "Дата отзыва",
    issued_in_error: "выдан ошибочно",
    superseded: "заменён исправленным сертификатом",
    misconduct: "нарушение академической честности",
    holder_request: "по просьбе владельца",
    reason_not_recorded: "причина не сохранилась",
    facts: "Три отдельных факта",
    signature_right: "Подпись соответствует этому документу",
    key_of_issuer: "Ключ принадлежит издателю",
    issuer_is_ours: "Издатель — этот университет",
    yes: "да",
    no: "нет",
    not_found_out: "не установлено",
    checked_at: "Время проверки",
    checks: "Все проверки",
    check: "Проверка",
    outcome: "Результат",
    warnings: "Замечания",
    nothing_shown: "Документ не подтверждён, поэтому его содержание не показывается.",

    certificate: "Сертификат",
    compare: "Сравните имя, название и дату с бумагой у вас в руках: QR-код мог быть скопирован с чужого сертификата.",
    no_longer: "Этот сертификат больше не действует. Ниже показано его прежнее содержание.",
    competences: "Перечень освоенных компетенций с оценками",
    competence: "Компетенция (результат обучения)",
    grade: "Оценка",
    qr: "QR-код для проверки подлинности",
    qr_note: "QR-код открывает эту страницу.",
    identifier: "Уникальный идентификатор",
    download: "Скачать подписанный микросертификат (JSON)",
    paper: "Сертификат для печати (PDF)",
    independent: "Это собственная проверка университета. Для независимой проверки скачайте файл и проверьте его любой программой стандарта Open Badges 3.0. Ключи издателя:",
    screenshot: "Снимок экрана ничего не доказывает: откройте страницу сами.",
    about_programme: "О программе",
    legal: "Что означает эта подпись",
    legal_is: "Микросертификат подписан ключом Ed25519 университета (W3C Data Integrity, eddsa-rdfc-2022). Это показывает, что документ выдал владелец этого ключа и что с тех пор документ не изменён.",
    legal_is_not: "Это не электронная цифровая подпись (ЭЦП) по законодательству Республики Казахстан и не электронная печать eIDAS. Заменяет ли он сертификат с подписью и печатью, определяет положение университета.",

    stated: "Что указано в микросертификате",
    holder: "Владелец (фамилия, имя, отчество)",
    organisation: "Наименование организации",
    issuer: "Идентификатор издателя",
    number: "Сертификат №",
    registration_number: "Регистрационный номер №",
    issue_date: "Дата выдачи",
    valid_until: "Действителен до",
    open_page: "Открыть страницу микросертификата",

    programme: "Программа микроквалификации",
    programme_number: "Уникальный регистрационный номер",
    version: "Редакция",
    registered_on: "Дата регистрации",
    validity: "Срок действия",
    study_form: "Форма обучения",
    study_languages: "Язык обучения",
    standard: "Разработана на основе профессионального стандарта",
    goal: "Цель программы",
    description: "Описание курса",
    outcomes: "Результаты обучения",
    competences_formed: "Формируемые компетенции",
    outcome_name: "Результат обучения",
    criteria: "Критерии оценки",
    prerequisites: "Пререквизиты",
    assessment: "Оценка результатов",
    accreditation: "Наличие аккредитации",
    no_accreditation: "Не указано",
    frameworks: "Соответствие другим рамкам",
    nqf: "Национальная рамка квалификаций Республики Казахстан (НРК)",

    register_what: "Сколько сертификатов выдано и отозвано по каждой программе. Имён здесь нет.",
    issued: "Выдано",
    revoked: "Отозвано",
    total: "Всего",
    as_of: "По состоянию на",
    no_certificates: "Пока не выдано ни одного сертификата.",
};

const EN: Words = Words {
    language_name: "English",
    skip: "Skip to content",
    demo: "This is a test system. What it shows is invented and has no force.",
    home: "Start",
    verify: "Verify",
    register: "Register",
    languages: "Language",
    address_bar: "See that the address bar shows:",

    start_title: "Microcertificates",
    start_what: "Here the university publishes and verifies the microcertificates of its micro-qualification programmes. A microcertificate is an Open Badges 3.0 credential that anybody can verify.",
    start_number: "There is no search by certificate number: the printed number alone opens nothing. Scan the QR code on the certificate, or ask its holder for the file.",
    programmes: "Micro-qualification programmes",
    code: "Code",
    programme_title: "Name of the programme",
    qualification: "Micro-qualification awarded",
    level: "Level",
    volume: "Volume",
    credits: "academic credits",
    hours: "academic hours",
    unit: "Responsible unit",
    status: "Status",

    verify_what: "Upload the file of a microcertificate, or paste its text.",
    verify_file: "File of the microcertificate (JSON)",
    verify_text: "or the text of the microcertificate",
    verify_send: "Verify",
    verify_private: "What you send is not kept and not written anywhere.",
    verify_scope: "This page vouches for microcertificates of this university only. Verify the badges of others on their own pages or with an independent program.",
    verify_again: "Verify another one",

    valid_sentence: "The microcertificate is genuine, was issued by this university, and is in force.",
    untrusted_sentence: "The signature holds, but this university did not issue this microcertificate.",
    revoked_on: "Revoked on",
    issued_in_error: "issued in error",
    superseded: "replaced by a corrected certificate",
    misconduct: "academic misconduct",
    holder_request: "at the holder's request",
    reason_not_recorded: "the reason was not kept",
    facts: "Three separate facts",
    signature_right: "The signature matches this document",
    key_of_issuer: "The key is the issuer's",
    issuer_is_ours: "The issuer is this university",
    yes: "yes",
    no: "no",
    not_found_out: "not found out",
    checked_at: "Time of verification",
    checks: "All checks",
    check: "Check",
    outcome: "Outcome",
    warnings: "Remarks",
    nothing_shown: "The document could not be verified, so its content is not shown.",

    certificate: "Certificate",
    compare: "Compare name, title and date with the paper in your hands: a QR code can be copied from somebody else's certificate.",
    no_longer: "This certificate is no longer in force. Below is what it said.",
    competences: "Competences mastered, with grades",
    competence: "Competence (learning outcome)",
    grade: "Grade",
    qr: "QR code for authenticity check",
    qr_note: "The QR code opens this page.",
    identifier: "Unique identifier",
    download: "Download the signed microcertificate (JSON)",
    paper: "Certificate for printing (PDF)",
    independent: "This is the university's own check. For an independent one, download the file and verify it with any Open Badges 3.0 verifier. The issuer's keys:",
    screenshot: "A screenshot proves nothing: open the page yourself.",
    about_programme: "About the programme",
    legal: "What this signature means",
    legal_is: "The microcertificate is signed with the university's Ed25519 key (W3C Data Integrity, eddsa-rdfc-2022). That shows that the holder of this key issued the document and that it has not changed since.",
    legal_is_not: "It is not an electronic digital signature (ЭЦП) under the law of the Republic of Kazakhstan, and not an eIDAS electronic seal. Whether it replaces a certificate with signature and seal is for the university's regulation to say.",

    stated: "What the microcertificate states",
    holder: "Holder (surname, given name, patronymic)",
    organisation: "Name of the organisation",
    issuer: "Identifier of the issuer",
    number: "Certificate No.",
    registration_number: "Registration No.",
    issue_date: "Date of issue",
    valid_until: "Valid until",
    open_page: "Open the page of the microcertificate",

    programme: "Micro-qualification programme",
    programme_number: "Registration number",
    version: "Version",
    registered_on: "Date of registration",
    validity: "Period of validity",
    study_form: "Form of study",
    study_languages: "Language of study",
    standard: "Based on professional standard",
    goal: "Goal",
    description: "Course description",
    outcomes: "Learning outcomes",
    competences_formed: "Competences formed",
    outcome_name: "Learning outcome",
    criteria: "Assessment criteria",
    prerequisites: "Prerequisites",
    assessment: "Type of assessment",
    accreditation: "Accreditation",
    no_accreditation: "None stated",
    frameworks: "Alignment with other frameworks",
    nqf: "National Qualifications Framework of the Republic of Kazakhstan",

    register_what: "How many certificates of each programme were issued and revoked. No names are shown here.",
    issued: "Issued",
    revoked: "Revoked",
    total: "Total",
    as_of: "As of",
    no_certificates: "No certificate has been issued yet.",
};

/// The status of a programme in the register (9.5).
pub(super) const fn programme_status(status: ProgrammeStatus, language: Language) -> &'static str {
    let words = match status {
        ProgrammeStatus::Draft => ["әзірленуде", "разрабатывается", "being written"],
        ProgrammeStatus::InReview => ["қарауда", "на рассмотрении", "under review"],
        ProgrammeStatus::Active => ["қолданыста", "действует", "active"],
        ProgrammeStatus::Suspended => ["тоқтатыла тұрған", "приостановлена", "suspended"],
        ProgrammeStatus::Expired => ["мерзімі өткен", "срок истёк", "expired"],
        ProgrammeStatus::Withdrawn => ["алып тасталған", "исключена", "withdrawn"],
    };
    pick(words, language)
}

/// The kind of an accreditation (Appendix Д 6); one that the table lacks stands as the programme wrote it.
pub(super) fn accreditation_kind(kind: &str, language: Language) -> &str {
    let words = match kind {
        "national_institutional" => {
            ["ұлттық институционалдық", "национальная институциональная", "national institutional"]
        }
        "national_programme" => {
            ["ұлттық бағдарламалық", "национальная программная", "national, of the programme"]
        }
        "international_institutional" => [
            "халықаралық институционалдық",
            "международная институциональная",
            "international institutional",
        ],
        "international_programme" => [
            "халықаралық бағдарламалық",
            "международная программная",
            "international, of the programme",
        ],
        other => return other,
    };
    pick(words, language)
}

const fn pick(words: [&'static str; 3], language: Language) -> &'static str {
    let [kk, ru, en] = words;
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

impl Failure {
    /// A few words: the title of its page.
    pub(super) const fn title(self, language: Language) -> &'static str {
        let words = match self {
            Self::NotFound => ["Табылмады", "Не найдено", "Not found"],
            Self::Unpublished => {
                ["Бет жарияланбаған", "Страница не опубликована", "Page not published"]
            }
            Self::Revoked => {
                ["Сертификат кері қайтарылды", "Сертификат отозван", "Certificate revoked"]
            }
            Self::Busy => ["Жүктеме көп", "Большая нагрузка", "Too busy"],
            Self::Broken => ["Ішкі қате", "Внутренняя ошибка", "Internal error"],
            Self::NotAllowed
            | Self::Late
            | Self::Torn
            | Self::TooLarge
            | Self::Form
            | Self::Coding
            | Self::History => {
                ["Сұраныс орындалмады", "Запрос не выполнен", "Request not fulfilled"]
            }
        };
        pick(words, language)
    }

    /// One sentence: what to do.
    #[rustfmt::skip]
    pub(super) const fn sentence(self, language: Language) -> &'static str {
        let words = match self {
            Self::NotFound => ["Бұл мекенжайда ештеңе жоқ. Мекенжайды тексеріңіз немесе QR кодты қайта сканерлеңіз.", "По этому адресу ничего нет. Проверьте адрес или отсканируйте QR-код ещё раз.", "There is nothing at this address. Check the address, or scan the QR code again."],
            Self::Unpublished => ["Бұл сертификаттың беті жарияланбаған. Сертификаттың өзі туралы бұл ештеңе білдірмейді: иесінен файлын сұрап, /verify бетінде тексеріңіз.", "Страница этого сертификата не опубликована. О самом сертификате это ничего не говорит: попросите файл у владельца и проверьте его на странице /verify.", "The page of this certificate is not published. This says nothing about the certificate itself: ask its holder for the file and check it at /verify."],
            Self::Revoked => ["Кері қайтарылған сертификат басып шығарылмайды: қағазда оның кері қайтарылғаны жазылмас еді. Толығырақ — сертификат бетінде.", "Отозванный сертификат не печатается: на бумаге об отзыве не было бы сказано. Подробнее — на странице сертификата.", "A revoked certificate is not printed: the paper would not say that it was revoked. Its page says more."],
            Self::NotAllowed => ["Бұл мекенжай мұндай сұранысты қабылдамайды.", "Этот адрес не принимает таких запросов.", "This address does not answer this method."],
            Self::Busy => ["Қазір сұраныс тым көп. Бір секундтан кейін қайталаңыз.", "Сейчас слишком много запросов. Повторите через секунду.", "Too many requests are being answered. Try again in a second."],
            Self::Late => ["Сұраныс уақытында жетпеді. Қайта жіберіңіз.", "Запрос не пришёл вовремя. Отправьте его снова.", "The body did not arrive in time. Send it again."],
            Self::Torn => ["Сұраныс толық жетпеді. Қайта жіберіңіз.", "Запрос пришёл не целиком. Отправьте его снова.", "The body did not arrive whole. Send it again."],
            Self::TooLarge => ["Файл тым үлкен: микросертификаттың көлемі әдетте 10 КБ шамасында.", "Файл слишком велик: микросертификат занимает около 10 КБ.", "The file is too large: a microcertificate has about 10 kB."],
            Self::Form => ["Не файлды, не мәтінді беріңіз: біреуін ғана.", "Дайте либо файл, либо текст: что-то одно.", "Give either a file or a text: exactly one of them."],
            Self::Coding => ["Микросертификатты сығылмаған күйде жіберіңіз.", "Отправьте микросертификат без сжатия.", "Send the credential without content encoding."],
            Self::History => ["Мәртебе тізімінің бұрынғы күйлері берілмейді.", "Прежние состояния списка статусов не предоставляются.", "Status lists of another time are not kept: ask without `timestamp`."],
            Self::Broken => ["Қызмет тарапында қате болды. Бұл микросертификат туралы ештеңе білдірмейді.", "Ошибка на стороне службы. О микросертификате это ничего не говорит.", "Something broke down here. This says nothing about any credential."],
        };
        pick(words, language)
    }
}
