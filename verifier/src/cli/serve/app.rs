//! Every route of `verifier serve`, and what each does.
//! It must not log a request: a body is somebody's certificate.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, ALLOW, CONNECTION, CONTENT_ENCODING, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use verifier::limits::CARRIER_BYTES_MAX;
use verifier::{
    Archive, Carrier, Documents, Entry, Policy, Report, Unavailable, Unpackable, verify,
};

use super::answer::{self, Form};
use super::body;
use crate::cli::Clock;
use crate::cli::documents_folder::Watched;
use crate::cli::fetch::{Asking, Supply, take};
use crate::cli::limits::{
    ARCHIVE_FILES_MAX, ARCHIVE_TIME, BODY_TIME, FETCH_TIME, FETCHING_TIME, REQUESTS_MAX,
};

/// What every request is checked with.
pub(super) struct Desk {
    policy: Policy,
    documents: Watched,
    /// Where missing documents come from. `None`: no connection is opened.
    supply: Option<Supply>,
    clock: Clock,
    /// Time for a whole body.
    pub(super) body_time: Duration,
    /// Time for all files of an archive together.
    pub(super) archive_time: Duration,
    /// One permit for each body in memory.
    pub(super) requests: Arc<Semaphore>,
    /// One permit for each processor: verification is all computation.
    pub(super) verifications: Arc<Semaphore>,
}

/// A credential on its way through the rounds, with the documents found for it.
struct Case {
    input: Vec<u8>,
    documents: Documents,
    now: i64,
    /// The body stays in memory as long as the case does, whoever has hung up meanwhile.
    _request: Arc<OwnedSemaphorePermit>,
}

impl Desk {
    pub(super) fn new(
        policy: Policy,
        documents: Watched,
        supply: Option<Supply>,
        clock: Clock,
    ) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            policy,
            documents,
            supply,
            clock,
            body_time: BODY_TIME,
            archive_time: ARCHIVE_TIME,
            requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
            verifications: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Verifies, and again with the documents that were lacking, until that finds out no more or `fetching` is over.
    /// `None` if a verification broke down.
    async fn verify(
        self: &Arc<Self>,
        input: Vec<u8>,
        request: Arc<OwnedSemaphorePermit>,
        fetching: Duration,
    ) -> Option<Report> {
        let documents = Documents::over(self.documents_at_hand().await?);
        // One time for all rounds: what is fresh in the first must not be stale in the last.
        let mut case = Case { input, documents, now: (self.clock)(), _request: request };
        let mut asking = Asking::within(fetching);
        loop {
            let report;
            (case, report) = self.verify_once(case).await?;
            let Some(supply) = &self.supply else { return Some(report) };
            let wanted = asking.next(&report, &case.documents);
            if wanted.is_empty() {
                return Some(report);
            }
            for wanted in wanted {
                let found = match asking.is_in_time() {
                    true => supply.obtain(&wanted, case.now).await,
                    false => Err(Unavailable::NotFetched),
                };
                take(&mut case.documents, wanted.id, found);
            }
        }
    }

    /// The report on one file of an archive, or that there was no time left for it: whatever was begun is given up then, since an
    /// answer that is kept until all is done must go out while somebody still waits.
    async fn verify_until(
        self: &Arc<Self>,
        deadline: Instant,
        input: Vec<u8>,
        request: Arc<OwnedSemaphorePermit>,
    ) -> Option<Report> {
        let late = || Some(Unpackable::NotInTime.report((self.clock)()));
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return late();
        }
        let fetching = left.saturating_sub(FETCH_TIME).min(FETCHING_TIME);
        let verified = timeout_at(deadline, self.verify(input, request, fetching)).await;
        verified.unwrap_or_else(|_| late())
    }

    /// The documents of the folder, which is looked at away from the threads that serve sockets.
    async fn documents_at_hand(self: &Arc<Self>) -> Option<Arc<Documents>> {
        let desk = Arc::clone(self);
        tokio::task::spawn_blocking(move || desk.documents.current()).await.ok()
    }

    /// Verifies away from the threads that serve sockets.
    async fn verify_once(self: &Arc<Self>, case: Case) -> Option<(Case, Report)> {
        let desk = Arc::clone(self);
        let permit = Arc::clone(&self.verifications).acquire_owned().await.ok()?;
        // Held by the work, not by the request: whoever hangs up must not set it free to be begun once more.
        let work = move || {
            let report = verify(&case.input, &case.documents, &desk.policy, case.now);
            drop(permit);
            (case, report)
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// The routes; tests call this in process.
pub(super) fn app(desk: Desk) -> Router {
    Router::new()
        .route("/verify", post(verify_body).fallback(|| not_allowed("POST")))
        .route("/healthz", get(async || "ok").fallback(|| not_allowed("GET, HEAD")))
        .fallback(not_found)
        .layer(map_response(answer::guarded))
        .with_state(Arc::new(desk))
}

/// `POST /verify`: the body is the credential, whatever its content type says.
async fn verify_body(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if !is_identity(request.headers()) {
        let problem = answer::problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the credential without content encoding.",
        );
        return with(problem, ACCEPT_ENCODING, "identity");
    }
    let form = Form::of(request.uri(), request.headers());
    let Ok(permit) = Arc::clone(&desk.requests).try_acquire_owned() else {
        let problem = answer::problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many requests are being answered. Try again in a second.",
        );
        return with(problem, RETRY_AFTER, "1");
    };
    let input = match body::read(request.into_body(), CARRIER_BYTES_MAX, desk.body_time).await {
        Ok(input) => input,
        Err(status) => {
            let problem = answer::problem(status, "The body did not arrive whole and in time.");
            return with(problem, CONNECTION, "close");
        }
    };
    let permit = Arc::new(permit);
    if Carrier::of(&input) == Carrier::Archive {
        return verify_archive(&desk, input, &permit, form).await;
    }
    match desk.verify(input, permit, FETCHING_TIME).await {
        Some(report) => answer::report(&report, form),
        None => broken_down(),
    }
}

/// Never a verdict: nothing was found out.
fn broken_down() -> Response {
    answer::problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The verification broke down. This says nothing about the credential.",
    )
}

/// An archive is many inputs: a line for each of its files, in its order. The documents of one serve the others.
async fn verify_archive(
    desk: &Arc<Desk>,
    input: Vec<u8>,
    permit: &Arc<OwnedSemaphorePermit>,
    form: Form,
) -> Response {
    let now = (desk.clock)();
    let deadline = Instant::now() + desk.archive_time;
    let mut archive = match Archive::open(Cursor::new(input)) {
        Ok(archive) if archive.len() > ARCHIVE_FILES_MAX => {
            let detail = format!(
                "The archive has more than {ARCHIVE_FILES_MAX} files. Send fewer, or use `verifier check`."
            );
            return answer::problem(StatusCode::PAYLOAD_TOO_LARGE, &detail);
        }
        Ok(archive) => archive,
        Err(error) => return answer::report(&error.report(now), form),
    };
    let mut told: Vec<(String, Option<Report>)> = Vec::new();
    loop {
        match archive.read_next() {
            Ok(None) if told.iter().all(|(_, report)| report.is_none()) => {
                return answer::report(&Unpackable::Empty.report(now), form);
            }
            Ok(None) => return answer::reports(&told, form),
            Ok(Some(entry)) if entry.is_companion() => told.push((entry.name, None)),
            Ok(Some(Entry { name, bytes })) => {
                let report = match bytes {
                    Ok(bytes) => desk.verify_until(deadline, bytes, Arc::clone(permit)).await,
                    Err(error) => Some(error.report(now)),
                };
                let Some(report) = report else { return broken_down() };
                told.push((name, Some(report)));
            }
            Err(error) => {
                told.push(("-".to_owned(), Some(error.report(now))));
                return answer::reports(&told, form);
            }
        }
    }
}

/// Whether the body is as it was written: an inflated body could be a thousand times as large.
fn is_identity(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|value| {
        value.to_str().is_ok_and(|codings| {
            codings
                .split(',')
                .map(str::trim)
                .all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
        })
    })
}

async fn not_allowed(methods: &'static str) -> Response {
    let problem = answer::problem(
        StatusCode::METHOD_NOT_ALLOWED,
        &format!("This address answers {methods} only."),
    );
    with(problem, ALLOW, methods)
}

async fn not_found() -> Response {
    answer::problem(StatusCode::NOT_FOUND, "There is POST /verify, and GET /healthz.")
}

fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use verifier::TrustList;

    use super::*;

    #[test]
    fn whoever_hangs_up_sets_nothing_free() {
        // One thread for work, which is taken: what is begun waits there for as long as the test likes.
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build();
        runtime.unwrap().block_on(async {
            let policy = Policy::badge(TrustList::default());
            let desk = Desk::new(policy, Watched::open(None).unwrap(), None, || 0);
            let desk = Arc::new(desk);
            let free =
                || (desk.requests.available_permits(), desk.verifications.available_permits());
            let (requests, verifications) = free();
            let (release, held) = mpsc::channel::<()>();
            let blocking = tokio::task::spawn_blocking(move || held.recv());

            let permit = Arc::clone(&desk.requests).try_acquire_owned().unwrap();
            let documents = Documents::new();
            let case =
                Case { input: b"{}".to_vec(), documents, now: 0, _request: Arc::new(permit) };
            let mut request = Box::pin(desk.verify_once(case));
            tokio::select! {
                biased;
                _ = &mut request => panic!("the work cannot have been done"),
                () = tokio::task::yield_now() => {}
            }
            drop(request);
            assert_eq!(free(), (requests - 1, verifications - 1));

            drop(release);
            blocking.await.unwrap().unwrap_err();
            // One thread: this runs after the work.
            tokio::task::spawn_blocking(|| ()).await.unwrap();
            assert_eq!(free(), (requests, verifications));
        });
    }
}
