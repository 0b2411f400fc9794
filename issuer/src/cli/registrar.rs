//! The registrar's commands on what was issued: journal, correction, pages, stop switch, erasure, tokens.
//! It turns words into acts; who performs them is found elsewhere.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use issuer::office::{Act, Corrected, DataDirectory, JournalFormat, Period, Scope, TokenAct};
use jiff::civil::Date;

use super::arguments::Lang;
use super::failure::Failure;
use super::terminal::Terminal;
use super::{once, read, write_out};

#[derive(Subcommand)]
pub(super) enum RegistrarCommand {
    /// Prints the journal of issue (Appendix А, row 3) from the register, by date of issue
    Journal(JournalCommand),
    /// Replaces a certificate by a corrected one: the new one is issued and the old one revoked in one step
    Correct(CorrectCommand),
    /// Hides the page of a certificate; the certificate itself stays valid
    Unpublish(PageCommand),
    /// Shows the page of a certificate again
    Publish(PageCommand),
    /// Stops issuing at once, until `resume`, across restarts; revocation and verification go on
    Stop(SwitchCommand),
    /// Takes issuing up again
    Resume(SwitchCommand),
    /// Tokens of the HTTP interface
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Erases the personal data of a learner for good, and revokes their certificates; hashes and numbers stay
    Erase(EraseCommand),
}

#[derive(Args)]
pub(super) struct JournalCommand {
    /// First date of issue, YYYY-MM-DD [default: from the beginning]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last date of issue, YYYY-MM-DD [default: to the end]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Language of the journal
    #[arg(long, default_value = "kk")]
    lang: Lang,
    /// The form: for a terminal, a spreadsheet, a printer, a program
    #[arg(long, default_value = "text")]
    format: Form,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct CorrectCommand {
    /// Number of the certificate that is wrong
    number: String,
    /// CSV file with one row: the completion as it should have been
    #[arg(long, value_name = "FILE", required_unless_present = "row", conflicts_with = "row")]
    completion: Option<PathBuf>,
    /// The same as a JSON object, as POST /api/v1/completions takes it
    #[arg(long, value_name = "JSON")]
    row: Option<String>,
    /// Who proposes it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The second person who confirms it
    #[arg(long, value_name = "NAME")]
    confirmed_by: String,
    /// Language of the sentences
    #[arg(long, default_value = "ru")]
    lang: Lang,
    /// As one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct PageCommand {
    /// Number of the certificate
    number: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME", default_value = "registrar")]
    by: String,
    /// As one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct SwitchCommand {
    /// Who does it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, in one sentence
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// As one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct EraseCommand {
    /// The registrar's reference of the learner
    learner: String,
    /// Who proposes it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The second person who confirms it
    #[arg(long, value_name = "NAME")]
    confirmed_by: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Makes a token and prints it, once
    Create {
        /// Who will use it: letters, digits, - _ and .; never used again
        #[arg(long)]
        name: String,
        /// What it opens; may be given several times
        #[arg(long, value_name = "SCOPE", required = true)]
        scope: Vec<ScopeName>,
        /// Its last day, YYYY-MM-DD [default: none]
        #[arg(long, value_name = "DATE")]
        expires: Option<Date>,
        /// Certificates that it may make in an hour
        #[arg(long, value_name = "NUMBER", default_value_t = 1_000)]
        per_hour: u32,
        /// As one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Lists the tokens; no secret is shown
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Ends a token at once
    Revoke {
        /// Its name
        name: String,
        /// As one line of JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ScopeName {
    Issue,
    Revoke,
    Read,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Csv,
    Html,
    Json,
}

/// Performs the command on the directory, or has the running service do it.
pub(super) fn run(
    command: RegistrarCommand,
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
) -> Result<u8, Failure> {
    let (act, out) = match command {
        RegistrarCommand::Journal(command) => {
            let period = Period { from: command.from, to: command.to };
            let form = if command.json { Form::Json } else { command.format };
            let (format, language) = (form.into(), command.lang.into());
            (Act::Journal { period, format, language }, Some(command.out))
        }
        RegistrarCommand::Correct(command) => (correction(command)?, None),
        RegistrarCommand::Unpublish(command) => (page(command, false), None),
        RegistrarCommand::Publish(command) => (page(command, true), None),
        RegistrarCommand::Stop(command) => (switch(command, false), None),
        RegistrarCommand::Resume(command) => (switch(command, true), None),
        RegistrarCommand::Token { command } => (Act::Token(token(command)), None),
        RegistrarCommand::Erase(EraseCommand { learner, by, confirmed_by, json }) => {
            (Act::Erase { learner, by, confirmed_by, json }, None)
        }
    };
    let mut terminal = Terminal::new(None);
    let code = once(directory, passphrase_file, act, &mut terminal)?;
    if let Some(out) = out {
        write_out(out.as_deref(), terminal.into_file())?;
    }
    Ok(code)
}

fn correction(command: CorrectCommand) -> Result<Act, Failure> {
    let corrected = match (command.completion, command.row) {
        (Some(path), _) => {
            let bytes = read(&path)?;
            let text = String::from_utf8(bytes).map_err(|_| Failure::NotUtf8(path))?;
            Corrected::Csv(text)
        }
        (None, row) => Corrected::Json(row.unwrap_or_default()),
    };
    Ok(Act::Correct {
        number: command.number,
        corrected,
        by: command.by,
        confirmed_by: command.confirmed_by,
        language: command.lang.into(),
        json: command.json,
    })
}

fn token(command: TokenCommand) -> TokenAct {
    match command {
        TokenCommand::Create { name, scope, expires, per_hour, json } => {
            let scopes = scope.into_iter().map(Scope::from).collect();
            TokenAct::Create { name, scopes, expires, per_hour, json }
        }
        TokenCommand::List { json } => TokenAct::List { json },
        TokenCommand::Revoke { name, json } => TokenAct::Revoke { name, json },
    }
}

fn page(command: PageCommand, is_published: bool) -> Act {
    let PageCommand { number, by, json } = command;
    Act::ChangePage { number, is_published, by, json }
}

fn switch(command: SwitchCommand, on: bool) -> Act {
    Act::SwitchIssuing { on, by: command.by, reason: command.reason, json: command.json }
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Issue => Self::Issue,
            ScopeName::Revoke => Self::Revoke,
            ScopeName::Read => Self::Read,
        }
    }
}

impl From<Form> for JournalFormat {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Csv => Self::Csv,
            Form::Html => Self::Html,
            Form::Json => Self::Json,
        }
    }
}
