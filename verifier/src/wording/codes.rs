//! What every kind of problem is called in Kazakh, Russian and English: the table for translators.
//! It must not decide anything; the English names are those of the JSON form.

use super::words::{Phrase, Row, pick};
use crate::language::Language;
use crate::problem::Code;

impl Code {
    /// The kind of problem in `language`.
    #[must_use]
    pub const fn phrase(self, language: Language) -> Phrase {
        pick(row(self), language)
    }
}

/// One row of [`row`]: the English name is [`Code::title`], so that it is written once.
const fn words(
    kk: (&'static str, &'static str),
    ru: (&'static str, &'static str),
    en: (Code, &'static str),
) -> Row {
    [kk, ru, (en.0.title(), en.1)]
}

// Lines stay long: a translator reads one line per language.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table, one row per kind of problem")]
pub(super) const fn row(code: Code) -> Row {
    match code {
        Code::Parsing => words(
            ("Оқылмайды", "Файл бос немесе онда UTF-8 кодтамасындағы бір JSON нысаны жоқ."),
            ("Не читается", "Файл пуст, или в нём не один объект JSON в кодировке UTF-8."),
            (code, "The file is empty, or is not one JSON object in UTF-8."),
        ),
        Code::DuplicateMember => words(
            ("Өріс екі рет аталған", "Бір нысанда бірдей атаулы екі өріс бар, сондықтан оның мағынасы екіұшты."),
            ("Поле названо дважды", "В одном объекте два поля с одинаковым именем, поэтому смысл неоднозначен."),
            (code, "One object names a member twice, so its meaning is ambiguous."),
        ),
        Code::CarrierMalformed => words(
            ("Файл бүлінген", "Файл бүлінген немесе өз пішімінің ережелерін бұзады. Бастапқы файлды сұраңыз."),
            ("Файл повреждён", "Файл повреждён или нарушает правила своего формата. Запросите исходный файл."),
            (code, "The file is damaged or breaks the rules of its format. Ask for the original file."),
        ),
        Code::CarrierNotRead => words(
            ("Файлдың мұндай түрі оқылмайды", "Микросертификатты JSON, JWT, PDF, PNG немесе SVG түрінде, құпиясөзсіз жіберіңіз; QR-кодты сканерлеңіз немесе суретін PNG не JPEG түрінде беріңіз."),
            ("Такой вид файла не читается", "Пришлите микросертификат в виде JSON, JWT, PDF, PNG или SVG, без пароля; QR-код отсканируйте или дайте его картинку в PNG или JPEG."),
            (code, "Send the credential as JSON, JWT, PDF, PNG or SVG, without a password; scan a QR code, or give its picture as PNG or JPEG."),
        ),
        Code::NoCredential => words(
            ("Микросертификат табылмады", "Файлда тексерілетін микросертификат жоқ: көшірмеде, сканда және мессенджерден өткен суретте ол сақталмайды. Бастапқы файлды сұраңыз."),
            ("Микросертификат не найден", "В файле нет микросертификата, который можно проверить: в копии, скане и картинке из мессенджера он не сохраняется. Запросите исходный файл."),
            (code, "There is no credential in the file: copies, scans and pictures from a messenger lose it. Ask for the original file."),
        ),
        Code::SeveralCredentials => words(
            ("Микросертификат біреу емес", "Файлда бірнеше микросертификат бар немесе бағдарламалар оны әртүрлі жерден табады: қайсысы туралы айтылғаны белгісіз."),
            ("Микросертификатов несколько", "В файле несколько микросертификатов, или программы находят его в разных местах: неясно, о каком идёт речь."),
            (code, "The file carries more than one credential, or programs find it in different places: nobody knows which one is meant."),
        ),
        Code::CarrierContradiction => words(
            ("Басқа сертификаттың файлы", "Файл өзін бір сертификат деп атайды, ал ішінде басқа сертификаттың мәліметі бар."),
            ("Файл другого сертификата", "Файл называет себя одним сертификатом, а внутри него данные другого."),
            (code, "The file calls itself one certificate and carries the credential of another."),
        ),
        Code::ForeignCode => words(
            ("Сертификат коды емес", "Бұл код немесе сілтеме микросертификатты растамайды: онда қол қойылған мәлімет жоқ. Сертификат бетінен .json файлын жүктеп алыңыз немесе файлын сұраңыз."),
            ("Это не код сертификата", "Этот код или ссылка не подтверждает микросертификат: подписанных сведений в нём нет. Скачайте файл .json со страницы сертификата или запросите файл."),
            (code, "This code or link confirms no credential: it holds no signed statement. Download the .json file from the page of the certificate, or ask for the file."),
        ),
        Code::OtherDocument => words(
            ("Сертификат емес", "Бұл сертификат емес, оны тексеруге қажет құжат. Сертификаттың өзін тексеріңіз, ал бұны қоса беріңіз: дәлелді, кілттер құжатын және мәртебе тізімін — --documents бумасында, сенім тізімін — --trust, жинақты — --pack арқылы."),
            ("Это не сертификат", "Это не сертификат, а документ для его проверки. Проверьте сам сертификат, а этот документ приложите: доказательство, документ с ключами и список статусов — в папке --documents, список доверия — через --trust, пакет — через --pack."),
            (code, "This is no certificate but a document for checking one: hand it over beside the certificate, with --documents, --trust or --pack."),
        ),
        Code::PictureNotVerified => words(
            ("Сурет тексерілмейді", "Суретте не бейнеленгені тексерілмейді: осында көрсетілгенге сүйеніңіз."),
            ("Картинка не проверяется", "Изображённое на картинке не проверяется: полагайтесь на показанное здесь."),
            (code, "What the picture shows is not verified: go by what is shown here."),
        ),
        Code::PagesNotVerified => words(
            ("Көрінетін мәтін тексерілмейді", "PDF беттеріндегі мәтін тексерілмейді: оны осында көрсетілгенмен салыстырыңыз."),
            ("Видимый текст не проверяется", "Текст на страницах PDF не проверяется: сравните его с показанным здесь."),
            (code, "The visible text of the PDF is not verified: compare it with what is shown here."),
        ),
        Code::BytesAdded => words(
            ("Файлға кейін қосылған", "PDF жасалғаннан кейін оған бірдеңе қосылған, оның беттері өзгертілген болуы мүмкін."),
            ("Файл дополнен позже", "К PDF что-то добавлено после его создания, его страницы могли быть изменены."),
            (code, "Something was added to the PDF after it was made; its pages may have been changed."),
        ),
        Code::AttachmentNotVerified => words(
            ("Басқа тіркеме тексерілмейді", "Файлда микросертификатқа жатпайтын тіркеме бар; ол тексерілген жоқ."),
            ("Другое вложение не проверяется", "В файле есть вложение, которое не относится к микросертификату; оно не проверено."),
            (code, "The file has an attachment that is no part of the credential; it was not verified."),
        ),
        Code::NumberRange => words(
            ("Сан рұқсат етілген аралықтан тыс", "Бұл санды әртүрлі бағдарламалар әртүрлі оқуы мүмкін."),
            ("Число вне допустимого диапазона", "Разные программы могут прочитать это число по-разному."),
            (code, "Programs do not agree on how to read this number."),
        ),
        Code::Limit => words(
            ("Тым үлкен", "Белгіленген шектердің бірінен асып кетті."),
            ("Слишком велик", "Превышен один из установленных пределов."),
            (code, "One of the limits is exceeded."),
        ),
        Code::NotInTime => words(
            ("Уақытында тексерілмеді", "Бұл файлды тексеруге уақыт жетпеді; бұл оның өзі туралы ештеңе білдірмейді. Бірден азырақ файл жіберіңіз."),
            ("Не проверен вовремя", "На этот файл не хватило времени; о нём самом это ничего не говорит. Отправьте сразу меньше файлов."),
            (code, "There was no time left for this file, which says nothing about it. Send fewer at once."),
        ),
        Code::Poison => words(
            ("Өңдеуі тым күрделі", "Құжатты канондық түрге келтіру шектен тыс есептеуді талап етеді."),
            ("Слишком трудоёмок", "Приведение документа к каноническому виду требует чрезмерных вычислений."),
            (code, "Canonicalizing the document takes more work than any honest credential needs."),
        ),
        Code::MalformedValue => words(
            ("Мән қате жазылған", "Мән белгіленген түрге сәйкес келмейді."),
            ("Неверный вид значения", "Значение не соответствует установленному виду."),
            (code, "A value does not have the required form."),
        ),
        Code::MissingValue => words(
            ("Мән жоқ", "Міндетті мән көрсетілмеген."),
            ("Нет значения", "Обязательное значение отсутствует."),
            (code, "A required value is missing."),
        ),
        Code::ContradictoryDates => words(
            ("Күндер бір-біріне қайшы", "Құжаттағы екі күн бір-біріне қайшы келеді."),
            ("Даты противоречат друг другу", "Две даты документа противоречат друг другу."),
            (code, "Two dates of the document contradict each other."),
        ),
        Code::ForbiddenConstruct => words(
            ("Рұқсат етілмеген құрылым", "Мұндай жазба қолтаңбаны бұзбай құжатты өзгертуге мүмкіндік береді."),
            ("Недопустимая конструкция", "Такая запись позволяет изменить документ, не нарушая подпись."),
            (code, "This construct would let the document change without breaking the signature."),
        ),
        Code::RepeatedIdentifier => words(
            ("Идентификатор қайталанған", "Бір идентификатор бірнеше нысанға берілген, сондықтан олардың қасиеттерін ауыстыруға болады."),
            ("Идентификатор использован дважды", "Один идентификатор дан нескольким объектам, поэтому их свойства можно переставить."),
            (code, "One identifier labels several objects, so their properties could be moved between them."),
        ),
        Code::RepeatedValue => words(
            ("Мән қайталанған", "Тізімде бір мән екі рет берілген."),
            ("Значение повторено", "В перечне одно значение указано дважды."),
            (code, "A set names one value twice."),
        ),
        Code::EmptyValue => words(
            ("Бос мән", "Бос мән қолтаңбаға енбейді, сондықтан оған жол берілмейді."),
            ("Пустое значение", "Пустое значение не входит в подписанное и потому недопустимо."),
            (code, "An empty value vanishes from what is signed, so it is not allowed."),
        ),
        Code::ContextNotAllowed => words(
            ("Контекстке рұқсат жоқ", "Құжат тексеруші танымайтын немесе мұнда рұқсат етілмеген контекстке сілтейді."),
            ("Контекст не разрешён", "Документ ссылается на контекст, неизвестный проверяющему или не разрешённый здесь."),
            (code, "The document names a context that is unknown or not allowed here."),
        ),
        Code::DataLoss => words(
            ("Деректер қолтаңбадан тыс", "Құжатта ешбір контексте анықталмаған термин бар: қолтаңба оны қамтымайды."),
            ("Данные вне подписи", "В документе есть термин, не определённый ни в одном контексте: подпись его не охватывает."),
            (code, "A term is defined by no context, so the signature would not cover it."),
        ),
        Code::NoProof => words(
            ("Қолтаңба жоқ", "Құжатқа қол қойылмаған."),
            ("Нет подписи", "Документ не подписан."),
            (code, "The document carries no signature."),
        ),
        Code::ProofMalformed => words(
            ("Қолтаңба жазбасы қате", "Қолтаңба жазбасының түрі немесе мақсаты дұрыс емес."),
            ("Неверная запись подписи", "Запись о подписи имеет неверный вид или назначение."),
            (code, "The proof has the wrong form or purpose."),
        ),
        Code::UnsupportedSuite => words(
            ("Қолтаңба тәсілі белгісіз", "Бұл қолтаңба тәсіліне қолдау көрсетілмейді."),
            ("Способ подписи не поддерживается", "Этот способ подписи не поддерживается."),
            (code, "This way of signing is not supported."),
        ),
        Code::Signature => words(
            ("Қолтаңба сәйкес келмейді", "Құжат қол қойылғаннан кейін өзгертілген немесе оған басқа кілтпен қол қойылған."),
            ("Подпись не совпадает", "Документ изменён после подписания или подписан другим ключом."),
            (code, "The document was changed after signing, or another key signed it."),
        ),
        Code::ProofExpired => words(
            ("Қолтаңбаның мерзімі өткен", "Қолтаңбаның өзінде көрсетілген мерзім өтіп кеткен."),
            ("Срок подписи истёк", "Истёк срок, указанный в самой подписи."),
            (code, "The time that the proof itself sets has passed."),
        ),
        Code::TokenMalformed => words(
            ("Токен қате құрылған", "Токеннің бөліктері немесе тақырыбы стандартқа сай емес."),
            ("Токен составлен неверно", "Части или заголовок токена не соответствуют стандарту."),
            (code, "The parts or the header of the token do not conform to the standard."),
        ),
        Code::TokenType => words(
            ("Басқа түрдегі токен", "Бұл токен микросертификат ретінде берілмеген."),
            ("Токен другого вида", "Этот токен выдан не как микросертификат."),
            (code, "This token was not made to carry a credential."),
        ),
        Code::Algorithm => words(
            ("Алгоритмге жол берілмейді", "Токеннің алгоритміне қолдау көрсетілмейді немесе ол кілтке сәйкес емес."),
            ("Недопустимый алгоритм", "Алгоритм токена не поддерживается или не подходит к ключу."),
            (code, "The token's algorithm is not supported, or is not the one of its key."),
        ),
        Code::TwoKeys => words(
            ("Екі кілт көрсетілген", "Токен бірден екі кілтті атайды, сондықтан оған кім қол қойғаны екіұшты."),
            ("Указаны два ключа", "Токен называет сразу два ключа, поэтому неясно, кто его подписал."),
            (code, "The token names two keys at once, so who signed it is ambiguous."),
        ),
        Code::ClaimContradiction => words(
            ("Токен микросертификатқа қайшы", "Токеннің мәліметі ондағы микросертификаттың мазмұнына қайшы келеді."),
            ("Токен противоречит микросертификату", "Сведения токена противоречат содержанию микросертификата в нём."),
            (code, "A claim of the token contradicts the credential in it."),
        ),
        Code::VerificationMethodUrl => words(
            ("Кілт мекенжайы жарамсыз", "Кілттің мекенжайы қолдау көрсетілетін түрдегі толық DID мекенжайы емес."),
            ("Неверный адрес ключа", "Адрес ключа не является полным адресом DID поддерживаемого вида."),
            (code, "The key's address is not an absolute DID URL of a supported kind."),
        ),
        Code::KeyNotOfIssuer => words(
            ("Кілт берушінікі емес", "Қол қою кілті көрсетілген берушіге тиесілі емес."),
            ("Ключ не принадлежит издателю", "Ключ подписи принадлежит не тому, кто назван издателем."),
            (code, "The key belongs to someone other than the named issuer."),
        ),
        Code::VerificationMethod => words(
            ("Кілт жазбасы жарамсыз", "Берушінің құжатында мұндай атаулы жарамды кілт жоқ."),
            ("Неверная запись о ключе", "В документе издателя нет пригодного ключа с таким именем."),
            (code, "The issuer's document holds no conforming key of that name."),
        ),
        Code::Relationship => words(
            ("Кілт бұған арналмаған", "Беруші бұл кілтке микросертификатқа қол қоюға рұқсат бермеген."),
            ("Ключ не предназначен для этого", "Издатель не разрешил этому ключу подписывать микросертификаты."),
            (code, "The issuer does not list this key for signing credentials."),
        ),
        Code::ControllerDocument => words(
            ("Берушінің құжаты жарамсыз", "Берушінің кілттері туралы құжат дұрыс емес немесе басқа біреуге тиесілі."),
            ("Неверный документ издателя", "Документ о ключах издателя неверен или относится к другому лицу."),
            (code, "The issuer's document of keys does not conform, or is another one's."),
        ),
        Code::WeakKey => words(
            ("Кілт жарамсыз", "Кілт әлсіз немесе қате кодталған."),
            ("Негодный ключ", "Ключ слаб или неверно закодирован."),
            (code, "The key is weak, or its encoding is wrong."),
        ),
        Code::KeyExpired => words(
            ("Кілттің күші жойылған", "Кілт кері қайтарып алынған немесе оның мерзімі өткен."),
            ("Ключ больше не действует", "Ключ отозван или его срок истёк."),
            (code, "The key was revoked or had expired."),
        ),
        Code::DocumentMissing => words(
            ("Құжат қолда жоқ", "Тексеруге қажетті құжат берілмеген."),
            ("Документа нет в наличии", "Документ, нужный для проверки, не предоставлен."),
            (code, "A document that the check needs was not provided."),
        ),
        Code::NotFetched => words(
            ("Құжат алынбады", "Тексеруге қажетті құжатты желіден алу мүмкін болмады. Кейінірек қайталап көріңіз."),
            ("Документ не получен", "Документ, нужный для проверки, не удалось получить по сети. Повторите позже."),
            (code, "A document that the check needs could not be had over the network. Try again later."),
        ),
        Code::AddressNotAllowed => words(
            ("Мекенжайға рұқсат жоқ", "Құжат қауіпсіздік үшін ешқашан сұралмайтын мекенжайда тұр, сондықтан ол алынбады."),
            ("Адрес не разрешён", "Документ находится по адресу, к которому из соображений безопасности обращаться нельзя, и потому не получен."),
            (code, "The document lies at an address that is never asked, for safety's sake, so it was not fetched."),
        ),
        Code::AnswerNotAcceptable => words(
            ("Жауап қабылданбады", "Сервердің жауабы сұралған құжат бола алмайды, сондықтан ол пайдаланылмады."),
            ("Ответ не принят", "Ответ сервера не может быть запрошенным документом и потому не использован."),
            (code, "What the server answered cannot be the document that was asked for, so it was not used."),
        ),
        Code::NotYetValid => words(
            ("Әлі күшіне енбеген", "Микросертификаттың қолданылу мерзімі әлі басталған жоқ."),
            ("Ещё не действует", "Срок действия микросертификата ещё не начался."),
            (code, "The period of validity has not begun."),
        ),
        Code::Expired => words(
            ("Мерзімі өткен", "Микросертификаттың қолданылу мерзімі аяқталған."),
            ("Срок истёк", "Срок действия микросертификата закончился."),
            (code, "The period of validity has ended."),
        ),
        Code::Revoked => words(
            ("Кері қайтарып алынған", "Беруші бұл микросертификатты кері қайтарып алған."),
            ("Отозван", "Издатель отозвал этот микросертификат."),
            (code, "The issuer has revoked this credential."),
        ),
        Code::Suspended => words(
            ("Тоқтатыла тұрған", "Беруші бұл микросертификаттың күшін уақытша тоқтатқан."),
            ("Приостановлен", "Издатель временно приостановил действие этого микросертификата."),
            (code, "The issuer has suspended this credential for the time being."),
        ),
        Code::UnsupportedStatus => words(
            ("Мәртебе түрі белгісіз", "Тексеруші мәртебе жазбасының бұл түрін танымайды."),
            ("Неизвестный вид статуса", "Проверяющему незнаком этот вид записи о статусе."),
            (code, "The verifier does not know this kind of status entry."),
        ),
        Code::StatusRetrieval => words(
            ("Мәртебе тізімі қолда жоқ", "Мәртебе тізімі алынбады, сондықтан кері қайтарып алынғаны белгісіз."),
            ("Списка статусов нет в наличии", "Список статусов не получен, поэтому неизвестно, отозван ли микросертификат."),
            (code, "The status list cannot be had, so revocation is not known."),
        ),
        Code::StatusVerification => words(
            ("Мәртебе тізімі расталмады", "Мәртебе тізімінің қолтаңбасы расталмады немесе ол басқа тізім."),
            ("Список статусов не подтверждён", "Подпись списка статусов не подтверждена, или это другой список."),
            (code, "The status list does not verify, or is not the one that the credential names."),
        ),
        Code::StatusListLength => words(
            ("Мәртебе тізімі тым қысқа", "Мәртебе тізімі стандарт рұқсат еткен ұзындықтан қысқа."),
            ("Список статусов слишком короткий", "Список статусов короче, чем разрешает стандарт."),
            (code, "The status list is shorter than the standard allows."),
        ),
        Code::StatusRange => words(
            ("Нөмір тізімнен тыс", "Микросертификаттың нөмірі мәртебе тізімінің шегінен тыс."),
            ("Номер вне списка", "Номер микросертификата лежит за пределами списка статусов."),
            (code, "The credential's index lies outside the status list."),
        ),
        Code::StatusStale => words(
            ("Мәртебе тізімі ескірген", "Мәртебе тізімі ескірген: содан бері микросертификат кері қайтарып алынған болуы мүмкін."),
            ("Список статусов устарел", "Список статусов устарел: с тех пор микросертификат могли отозвать."),
            (code, "The status list is out of date: the credential may have been revoked since."),
        ),
        Code::EndorsesAnother => words(
            ("Басқа нәрсені қолдайды", "Қолдау хаты өзі тіркелген құжат туралы емес."),
            ("Подтверждает другое", "Подтверждение относится не к тому, к чему приложено."),
            (code, "The endorsement speaks of something else than what carries it."),
        ),
        Code::OtherSubject => words(
            ("Басқа иесі", "Бұл құжат өзі кірген жинақтың иесінен басқа адам туралы."),
            ("Другой владелец", "Этот документ относится не к тому, к кому относится содержащая его запись."),
            (code, "This document is about another subject than the record that holds it."),
        ),
        Code::StatementMalformed => words(
            ("QR-код оқылмайды", "QR-кодтың мәтіні толық емес немесе өзгертілген."),
            ("QR-код не читается", "Текст QR-кода неполон или изменён."),
            (code, "The text of the QR code is incomplete, or was changed."),
        ),
        Code::AddressNotOfIssuer => words(
            ("Код басқа мекенжайға апарады", "QR-кодтағы сілтеме берушінің осы микросертификатқа арналған мекенжайына апармайды. Оны ашпаңыз."),
            ("Код ведёт по другому адресу", "Ссылка в QR-коде ведёт не на адрес этого микросертификата у издателя. Не открывайте её."),
            (code, "The link in the code does not lead to the issuer's address of this microcertificate. Do not open it."),
        ),
        Code::NoTrustList => words(
            ("Сенім тізімі жоқ", "Сенім тізімі берілмеген, сондықтан ешбір берушіге сенім білдірілмейді."),
            ("Нет списка доверия", "Список доверия не задан, поэтому ни один издатель не считается доверенным."),
            (code, "No trust list was given, so no issuer is trusted."),
        ),
        Code::IssuerNotListed => words(
            ("Беруші сенім тізімінде жоқ", "Сенім тізімінде бұл беруші аталмаған."),
            ("Издателя нет в списке доверия", "Список доверия не называет этого издателя."),
            (code, "The trust list does not name this issuer."),
        ),
        Code::KeyNotPinned => words(
            ("Кілт сенім тізімінде жоқ", "Сенім тізімі берушіні атайды, бірақ бұл кілтті немесе қол қойылған уақытты растамайды."),
            ("Ключа нет в списке доверия", "Список доверия называет издателя, но не подтверждает этот ключ или время подписания."),
            (code, "The trust list names the issuer, but not this key, or not for the time of signing."),
        ),
        Code::InclusionMissing => words(
            ("Тіркелгені дәлелденбеген", "Микросертификаттың тізілімге енгізілгені немесе кілт бүлінгенге дейін енгізілгені дәлелденбеген."),
            ("Регистрация не доказана", "Не доказано, что микросертификат внесён в реестр или был внесён до компрометации ключа."),
            (code, "Nothing proves that the register holds the credential, or held it before its key was compromised."),
        ),
        Code::LogNotListed => words(
            ("Тізілім сенім тізімінде жоқ", "Тіркелгенінің дәлелі талап етіледі, бірақ сенім тізімі берушінің тізілімін атамайды."),
            ("Реестра нет в списке доверия", "Требуется доказательство регистрации, но список доверия не называет реестр издателя."),
            (code, "Proof of registration is asked for, but the trust list names no register of the issuer."),
        ),
        Code::InclusionMalformed => words(
            ("Тіркеу дәлелі оқылмайды", "Тізілімге енгізілгенінің дәлелі стандартқа сай жазылмаған."),
            ("Доказательство регистрации не читается", "Доказательство внесения в реестр записано не по стандарту."),
            (code, "The proof that the register holds the credential is not written as the standard says."),
        ),
        Code::InclusionMismatch => words(
            ("Басқа жазбаның дәлелі", "Тіркеу дәлелі осы микросертификат туралы емес."),
            ("Доказательство другой записи", "Доказательство регистрации относится не к этому микросертификату."),
            (code, "The proof of registration is about another credential."),
        ),
        Code::InclusionProof => words(
            ("Тіркеу дәлелі расталмады", "Дәлелдегі хештер тізілімнің бақылау нүктесіне апармайды."),
            ("Доказательство регистрации не подтверждено", "Хеши доказательства не приводят к контрольной точке реестра."),
            (code, "The hashes of the proof do not lead to the checkpoint of the register."),
        ),
        Code::CheckpointSignature => words(
            ("Бақылау нүктесі бұл тізілімнен емес", "Бақылау нүктесіне берушінің тізілімі қол қоймаған немесе қолтаңба қате."),
            ("Контрольная точка не этого реестра", "Контрольная точка не подписана реестром издателя, или подпись неверна."),
            (code, "The register of the issuer has not signed the checkpoint, or a signature under it is wrong."),
        ),
        Code::CheckpointContradicted => words(
            ("Бақылау нүктесі бекітілгенге қайшы", "Сенім тізімі осы өлшемдегі тізілім үшін басқа түбірді бекіткен."),
            ("Контрольная точка противоречит закреплённой", "Список доверия закрепил для реестра этого размера другой корень."),
            (code, "The trust list pins another root for a register of this size."),
        ),
        Code::RegisteredLate => words(
            ("Кілт бүлінгеннен кейін тіркелген", "Микросертификат тізілімге кілт бүлінгеннен кейін енгізілген."),
            ("Зарегистрирован после компрометации ключа", "Микросертификат внесён в реестр после того, как ключ был скомпрометирован."),
            (code, "The register got the credential after its key was compromised."),
        ),
        Code::WitnessQuorum => words(
            ("Куәгерлер аз", "Бақылау нүктесін сенім тізімі талап еткеннен аз куәгер растаған."),
            ("Мало свидетелей", "Контрольную точку подтвердило меньше свидетелей, чем требует список доверия."),
            (code, "Fewer witnesses have confirmed the checkpoint than the trust list asks for."),
        ),
        Code::TimeNotWitnessed => words(
            ("Уақытты куәгер растамаған", "Микросертификаттың қашан тіркелгенін ешбір тәуелсіз куәгер растамайды: бұл берушінің өз сөзі."),
            ("Время не засвидетельствовано", "Ни один независимый свидетель не подтверждает, когда микросертификат зарегистрирован: это слово самого издателя."),
            (code, "No independent witness confirms when the credential was registered: that is the issuer's own word."),
        ),
    }
}
