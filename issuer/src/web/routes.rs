//! Every route of `issuer serve`.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use jiff::Timestamp;

use super::answer::{Failure, guard};
use super::desk::Desk;
use super::standby::{self, Counter};
use super::{
    certificate, completions, documents, frameworks, log, pages, programmes, readiness, status,
    transcript, verify_page,
};
use crate::office::{Office, Standby};

/// The pages and documents of an office. Tests call this in process and stop the clock.
pub fn app(office: Arc<Office>, clock: fn() -> Timestamp) -> Router {
    let desk = Arc::new(Desk::new(office, clock));
    Router::new()
        // Pages
        .route("/", get(pages::start))
        .route("/verify", get(verify_page::ask).post(verify_page::check))
        .route("/register", get(pages::register))
        .route("/programmes/{code}", get(programmes::programme))
        .route("/frameworks/nqf-kz/{level}", get(frameworks::level))
        .route("/frameworks/ps/{code}", get(frameworks::standard))
        .route("/study-forms/{form}", get(frameworks::form_of_study))
        // Certificates
        // Also `/c/{handle}.pdf`, the certificate on paper.
        .route("/c/{handle}", get(certificate::certificate))
        .route("/c/{handle}/qr.svg", get(certificate::qr))
        .route("/c/{handle}/{edition}", get(certificate::one_edition))
        .route("/clr/{name}", get(transcript::transcript))
        // Documents that credentials point at
        .route("/status/{number}", get(status::list))
        .route("/.well-known/did.json", get(documents::did))
        .route("/achievements/{code}/{version}/{language}", get(documents::one_achievement))
        .route("/issuers/{id}", get(documents::profile))
        // The log
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/tile/{*path}", get(log::tile))
        // Programs
        .route("/api/v1/completions", post(completions::post))
        // The house
        .route("/style.css", get(pages::style))
        .route("/healthz", get(pages::health))
        .route("/readyz", get(readiness::ready))
        .fallback(async || Failure::NotFound)
        .method_not_allowed_fallback(async || Failure::NotAllowed)
        .layer(from_fn_with_state(desk.masthead.clone(), guard))
        .with_state(desk)
}

/// What is served while the store of an office is rebuilt: at the same addresses the same documents, and nothing else.
pub fn standby_app(standby: Arc<Standby>, clock: fn() -> Timestamp) -> Router {
    let counter = Arc::new(Counter::new(standby, clock));
    Router::new()
        .route("/status/{number}", get(standby::list))
        .route("/.well-known/did.json", get(standby::did))
        .route("/log/checkpoint", get(standby::checkpoint))
        .route("/log/tile/{*path}", get(standby::tile))
        .route("/style.css", get(pages::style))
        .route("/healthz", get(standby::health))
        .route("/readyz", get(standby::ready))
        .fallback(async || Failure::Rebuilding)
        .method_not_allowed_fallback(async || Failure::NotAllowed)
        .layer(from_fn_with_state(counter.masthead.clone(), guard))
        .with_state(counter)
}
