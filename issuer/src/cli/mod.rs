//! The command line: words in, exit code out.
//! It turns words into acts and finds who performs them; it must not decide about certificates.

mod arguments;
mod auditing;
mod backup;
mod conformance;
mod control;
mod demo;
mod desk;
mod door;
mod failure;
mod passphrase;
mod registrar;
mod serve;
mod terminal;

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser as _;
use issuer::issuing::Stolen;
use issuer::office::{
    Act, Configuration, DataDirectory, ExportFormat, ImportOptions, Office, Setup,
};
use issuer::profile::PublicUrl;

use arguments::{
    Arguments, Command, ImportCommand, InitCommand, KeyCommand, ProgrammeCommand, Purpose,
    RegisterCommand,
};
use desk::Desk;
use failure::Failure;
use terminal::Terminal;

/// Runs the command that `words` spell, program name first.
pub(crate) fn run(words: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` come this way too, with code 0. A closed pipe changes nothing.
            let _ = error.print();
            return ExitCode::from(if error.exit_code() == 0 { 0 } else { failure::USAGE });
        }
    };
    let on_failure = arguments.command.exit_on_failure();
    match perform(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::from(failure.exit_code().unwrap_or(on_failure))
        }
    }
}

/// One sentence on standard error. There is nobody left to tell when that fails.
fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "issuer: {sentence}");
}

fn perform(arguments: Arguments) -> Result<u8, Failure> {
    let passphrase_file = arguments.passphrase_file.as_deref();
    let directory = DataDirectory::new(arguments.directory());
    match arguments.command {
        Command::Demo => demo::run(&directory),
        Command::Init(init) => initialize(&directory, passphrase_file, &init),
        Command::Serve(serve) => serve::run(&directory, passphrase_file, &serve),
        Command::Conformance { listen } => conformance::run(&listen),
        Command::Programme { command } => {
            let act = programme_act(command)?;
            once(&directory, passphrase_file, act, &mut Terminal::new(None))
        }
        Command::Import(command) => import(&directory, passphrase_file, command),
        Command::List { programme, json } => {
            let act = Act::List { programme, json };
            once(&directory, passphrase_file, act, &mut Terminal::new(None))
        }
        Command::Show { number, json } => {
            let act = Act::Show { number, json };
            once(&directory, passphrase_file, act, &mut Terminal::new(None))
        }
        Command::Revoke { number, reason, by, confirmed_by, json } => {
            let reason = reason.into();
            let act = Act::Revoke { number, reason, by, confirmed_by, json };
            once(&directory, passphrase_file, act, &mut Terminal::new(None))
        }
        Command::Registrar(command) => registrar::run(command, &directory, passphrase_file),
        Command::Backup(command) => backup::back_up(&directory, passphrase_file, &command),
        Command::Restore(command) => backup::restore(&directory, passphrase_file, &command),
        Command::Key { command } => once(
            &directory,
            passphrase_file,
            key_act(command),
            &mut Terminal::new(Some("certificates")),
        ),
        Command::Register { command } => register(&directory, passphrase_file, command),
        Command::Export { number, lang, format, out } => {
            let act = Act::Export { number, language: lang.into(), format: format.into() };
            let mut terminal = Terminal::new(None);
            let code = once(&directory, passphrase_file, act, &mut terminal)?;
            write_out(out.as_deref(), terminal.into_file())?;
            Ok(code)
        }
    }
}

fn register(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: RegisterCommand,
) -> Result<u8, Failure> {
    let perform = |act| once(directory, passphrase_file, act, &mut Terminal::new(None));
    match command {
        RegisterCommand::Checkpoint => perform(Act::PublishCheckpoint),
        RegisterCommand::Cosign { file } => perform(Act::Cosign { note: read(&file)? }),
        RegisterCommand::Verify { json, kept } => auditing::verify(directory, json, kept),
        RegisterCommand::Export { out } => auditing::export_log(directory, &out),
        RegisterCommand::Prove { number, out } => {
            let format = ExportFormat::TlogProof;
            let act = Act::Export { number, language: verifier::Language::Kk, format };
            let mut terminal = Terminal::new(None);
            let code = once(directory, passphrase_file, act, &mut terminal)?;
            write_out(out.as_deref(), terminal.into_file())?;
            Ok(code)
        }
    }
}

/// Opens the directory, performs one act, and leaves the directory as it should be found.
fn once(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    act: Act,
    terminal: &mut Terminal,
) -> Result<u8, Failure> {
    let desk = Desk::open_for(&act, directory, passphrase_file)?;
    let code = desk.perform(act, terminal)?;
    desk.close()?;
    Ok(code)
}

fn key_act(command: KeyCommand) -> Act {
    match command {
        KeyCommand::List { json } => Act::ListKeys { json },
        KeyCommand::Rotate { purpose } => Act::RotateKey { purpose: purpose.into() },
        KeyCommand::Compromise { purpose, key, since, by, confirmed_by } => {
            let purpose = purpose.unwrap_or(Purpose::Credentials);
            let stolen = key.map_or_else(|| Stolen::InUse(purpose.into()), Stolen::Named);
            Act::DeclareCompromise { stolen, since, by, confirmed_by }
        }
        KeyCommand::Reissue { json } => Act::Reissue { json },
    }
}

fn programme_act(command: ProgrammeCommand) -> Result<Act, Failure> {
    Ok(match command {
        ProgrammeCommand::Import { file } => Act::ImportProgrammes { file: read(&file)? },
        ProgrammeCommand::List { json } => Act::ListProgrammes { json },
        ProgrammeCommand::Show { code } => Act::ShowProgramme { code },
    })
}

fn import(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: ImportCommand,
) -> Result<u8, Failure> {
    let options = ImportOptions {
        dry_run: command.dry_run,
        again: command.again,
        language: command.lang.into(),
        json: command.json,
        report: command.report.is_some(),
    };
    let act = Act::ImportCompletions { file: read(&command.file)?, options };
    let desk = Desk::open_for(&act, directory, passphrase_file)?;
    let mut report = command.report.map(|path| Report::open(path, &command.file)).transpose()?;
    let mut terminal = Terminal::new(Some("rows"));
    let code = desk.perform(act, &mut terminal)?;
    desk.close()?;
    if let (Some(report), Some(bytes)) = (&mut report, terminal.into_file()) {
        report.write(&bytes)?;
    }
    Ok(code)
}

/// The report file, opened before anything is issued: an import whose report cannot be written does not begin.
struct Report {
    path: PathBuf,
    file: fs::File,
}

impl Report {
    /// It holds what the rows hold, identity numbers too, so only its owner may read it.
    fn open(path: PathBuf, input: &Path) -> Result<Self, Failure> {
        let same = fs::canonicalize(&path)
            .ok()
            .is_some_and(|report| fs::canonicalize(input).is_ok_and(|input| input == report));
        if same {
            return Err(Failure::ReportOverInput(path));
        }
        let opened =
            fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let owned = opened.and_then(|file| {
            // Also where a file was there before, with other rights and other rows.
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
            file.set_len(0)?;
            Ok(file)
        });
        match owned {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(Failure::Write { path, source }),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file
            .write_all(bytes)
            .map_err(|source| Failure::Write { path: self.path.clone(), source })
    }
}

fn initialize(
    directory: &DataDirectory,
    passphrase_file: Option<&Path>,
    command: &InitCommand,
) -> Result<u8, Failure> {
    let mut configuration = Configuration::new(&command.public_url, false);
    if let Some(listen) = &command.listen {
        configuration.listen.clone_from(listen);
    }
    let profile = match &command.profile {
        Some(path) => serde_json::from_slice(&read(path)?)
            .map_err(|error| Failure::Profile { path: path.clone(), reason: error.to_string() })?,
        None => arguments::university(&PublicUrl::parse(&command.public_url)?),
    };
    let passphrase = passphrase::chosen(passphrase_file)?;
    let work = command.work_factor.into();
    Office::init(directory, &Setup { configuration, profile, passphrase, work })?;
    let shown = directory.path().display();
    let mut out = std::io::stdout();
    // Nobody reads a closed output; the directory is made all the same.
    let _ = writeln!(
        out,
        "{shown} is ready: keys.age holds the new keys, issuer.json says who issues."
    );
    let _ = writeln!(
        out,
        "Keep keys.age and its passphrase in a backup: without them nothing can be signed again."
    );
    Ok(0)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
}

/// Writes an exported form to the file that was asked for, else to standard output.
fn write_out(path: Option<&Path>, bytes: Option<Vec<u8>>) -> Result<(), Failure> {
    let bytes = bytes.unwrap_or_default();
    match path {
        // It may hold names: a new file is its owner's alone.
        Some(path) => fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(&bytes))
            .map_err(|source| Failure::Write { path: path.to_owned(), source }),
        None => {
            let mut out = std::io::stdout();
            out.write_all(&bytes)
                .and_then(|()| out.flush())
                .map_err(|source| Failure::Write { path: "standard output".into(), source })
        }
    }
}
