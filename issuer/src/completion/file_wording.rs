//! Why a whole file is refused, in Kazakh, Russian and English, as tables that a translator can read.
//! The Kazakh was not written by a native speaker and needs one's check.

use verifier::Language;

use super::column::Column;
use super::fault::FileFault;
use super::wording::pick;

/// What is wrong with a file and what to do. `{1}` and `{2}` stand for its measured values.
pub(super) fn file_fault(fault: &FileFault, language: Language) -> String {
    let (words, values) = fault_words(fault, language);
    let [first, second] = values;
    pick(language, words).replace("{1}", &first).replace("{2}", &second)
}

const EMPTY: [&str; 3] = ["Файл бос.", "Файл пуст.", "The file is empty."];
const TOO_LARGE: [&str; 3] = [
    "Файл {1} байт, ең көбі {2}; оны бөліңіз.",
    "В файле {1} байт, наибольшее — {2}; разделите его.",
    "The file has {1} bytes, the most is {2}; split it.",
];
const TOO_MANY_ROWS: [&str; 3] = [
    "Файлда {1} жолдан көп; оны бөліңіз.",
    "В файле больше {1} строк; разделите его.",
    "The file has more than {1} rows; split it.",
];
const NOT_TEXT: [&str; 3] = [
    "Бұл CSV емес, кесте файлы; оны «CSV UTF-8» түрінде сақтаңыз.",
    "Это не CSV, а файл таблицы; сохраните его как «CSV UTF-8».",
    "This is a spreadsheet file, not CSV; save it as “CSV UTF-8”.",
];
const FOREIGN: [&str; 3] = [
    "Бұл — {1}; оқу нәтижелері «CSV UTF-8» файлымен беріледі, ал бағдарламалар оларды JSON түрінде /api/v1/completions мекенжайына жібереді.",
    "Это {1}; результаты обучения передаются файлом «CSV UTF-8», а программы передают их в JSON по адресу /api/v1/completions.",
    "This is {1}; completions come as a file of “CSV UTF-8”, and programs send them as JSON to /api/v1/completions.",
];
const UTF16: [&str; 3] = [
    "Файл UTF-16 кодтауында (1-байт, 1-жол); оны «CSV UTF-8» түрінде сақтаңыз.",
    "Файл в кодировке UTF-16 (байт 1, строка 1); сохраните его как «CSV UTF-8».",
    "The file is encoded as UTF-16 (byte 1, line 1); save it as “CSV UTF-8”.",
];
const NOT_UTF8: [&str; 3] = [
    "Файл UTF-8 емес ({1}-байт, {2}-жол), windows-1251 болуы мүмкін, онда қазақ әріптері жоғалады; бастапқы кестені «CSV UTF-8» түрінде қайта сақтаңыз.",
    "Файл не в UTF-8 (байт {1}, строка {2}), вероятно windows-1251, где теряются казахские буквы; сохраните исходную таблицу заново как «CSV UTF-8».",
    "The file is not UTF-8 (byte {1}, line {2}), probably windows-1251, which loses Kazakh letters; save the original spreadsheet again as “CSV UTF-8”.",
];
const NUL: [&str; 3] = [
    "Файлда нөлдік байт бар ({1}-байт, {2}-жол): бұл мәтін емес; кестені «CSV UTF-8» түрінде қайта сақтаңыз.",
    "В файле нулевой байт (байт {1}, строка {2}): это не текст; сохраните таблицу заново как «CSV UTF-8».",
    "The file holds a NUL byte (byte {1}, line {2}), so it is not a text; save the spreadsheet again as “CSV UTF-8”.",
];
const NO_HEADER: [&str; 3] = [
    "Бірінші жолда баған атаулары жоқ; олар , немесе ; арқылы бөлінеді.",
    "В первой строке нет названий столбцов; они разделяются знаком , или ;.",
    "The first line names no columns; they are separated by , or ;.",
];
const HEADER_QUOTES: [&str; 3] = [
    "Бірінші жолдағы тырнақшалар жұпталмаған.",
    "Кавычки в первой строке не парные.",
    "The quotation marks of the first line do not match.",
];
const UNKNOWN_COLUMNS: [&str; 3] =
    ["Белгісіз бағандар: {1}.", "Неизвестные столбцы: {1}.", "Unknown columns: {1}."];
const MISSING_COLUMNS: [&str; 3] =
    ["Жетіспейтін бағандар: {1}.", "Не хватает столбцов: {1}.", "Missing columns: {1}."];
const DUPLICATE_COLUMNS: [&str; 3] = [
    "Бірнеше рет тұрған бағандар: {1}.",
    "Столбцы, стоящие несколько раз: {1}.",
    "Columns that stand more than once: {1}.",
];

fn fault_words(fault: &FileFault, language: Language) -> ([&'static str; 3], [String; 2]) {
    let none = || [String::new(), String::new()];
    let one = |value: String| [value, String::new()];
    // People count bytes from 1, as editors do.
    let place = |byte: usize, line: usize| [(byte + 1).to_string(), line.to_string()];
    match fault {
        FileFault::Empty => (EMPTY, none()),
        FileFault::TooLarge { bytes, bytes_max } => {
            (TOO_LARGE, [bytes.to_string(), bytes_max.to_string()])
        }
        FileFault::TooManyRows { rows_max } => (TOO_MANY_ROWS, one(rows_max.to_string())),
        FileFault::NotText => (NOT_TEXT, none()),
        FileFault::Foreign(what) => (FOREIGN, one((*what).to_owned())),
        FileFault::Utf16 => (UTF16, none()),
        FileFault::NotUtf8 { byte, line } => (NOT_UTF8, place(*byte, *line)),
        FileFault::Nul { byte, line } => (NUL, place(*byte, *line)),
        FileFault::NoHeader => (NO_HEADER, none()),
        FileFault::HeaderQuotes => (HEADER_QUOTES, none()),
        FileFault::UnknownColumns(headers) => (UNKNOWN_COLUMNS, one(headers.join(", "))),
        FileFault::MissingColumns(columns) => (MISSING_COLUMNS, one(headers(columns, language))),
        FileFault::DuplicateColumns(columns) => {
            (DUPLICATE_COLUMNS, one(headers(columns, language)))
        }
    }
}

fn headers(columns: &[Column], language: Language) -> String {
    columns.iter().map(|column| column.header(language)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_called_by_its_name() {
        for (language, words) in [
            (Language::Kk, "Бұл — PDF; оқу нәтижелері «CSV UTF-8» файлымен"),
            (Language::Ru, "Это PDF; результаты обучения передаются файлом «CSV UTF-8»"),
            (Language::En, "This is PDF; completions come as a file of “CSV UTF-8”"),
        ] {
            let told = file_fault(&FileFault::Foreign("PDF"), language);
            assert!(told.starts_with(words), "{told}");
        }
    }
}
