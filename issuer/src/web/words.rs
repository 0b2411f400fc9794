//! Every word of the pages in Kazakh, Russian and English. One table per language, the same members in the same order;
//! the words of the certificate form itself stand in its templates, word for word as in Appendix Б.

mod en;
mod kk;
mod ru;

use verifier::Language;

use self::en::EN;
use self::kk::KK;
use self::ru::RU;
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

    pub(super) file: &'static str,
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
    pub(super) badge: &'static str,
    pub(super) badge_what: &'static str,
    pub(super) badge_png: &'static str,
    pub(super) badge_svg: &'static str,
    pub(super) badge_share: &'static str,
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
            Self::Doubtful => {
                ["Сертификат расталмаған", "Сертификат не подтверждён", "Certificate not confirmed"]
            }
            Self::Busy => ["Жүктеме көп", "Большая нагрузка", "Too busy"],
            Self::Rebuilding => ["Қызмет іске қосылуда", "Служба запускается", "Starting"],
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
            Self::Doubtful => ["Бұл сертификат ұрланған деп жарияланған кілтпен берілген. Оны университет бергені анықталғанша, университет оны растамайды; университетке хабарласыңыз.", "Этот сертификат выдан ключом, который объявлен похищенным. Пока не установлено, что его выдал университет, университет его не подтверждает; обратитесь в университет.", "This certificate was issued with a key that was declared stolen. Until it is known that the university issued it, the university does not vouch for it: ask the university."],
            Self::NotAllowed => ["Бұл мекенжай мұндай сұранысты қабылдамайды.", "Этот адрес не принимает таких запросов.", "This address does not answer this method."],
            Self::Busy => ["Қазір сұраныс тым көп. Бір секундтан кейін қайталаңыз.", "Сейчас слишком много запросов. Повторите через секунду.", "Too many requests are being answered. Try again in a second."],
            Self::Rebuilding => ["Қызмет іске қосылып жатыр: оның қоймасы тізілімнен қайта құрылуда. Мәртебе тізімдері қазірдің өзінде беріледі. Бірнеше минуттан кейін қайталаңыз.", "Служба запускается: её хранилище восстанавливается по реестру. Списки статусов доступны уже сейчас. Повторите через несколько минут.", "The service is starting: its store is being rebuilt from the register. Status lists are served meanwhile. Try again in a few minutes."],
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
