//! How a room tells the corridor that its check did not pass.

use crate::problem::{Code, Problem};

/// How a room tells that its check did not pass.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Finding {
    /// The credential is at fault.
    Fail(Problem),
    /// The verifier could not find out.
    Unknown(Problem),
    /// The verifier could not find out for want of the documents at these URLs.
    Missing(Problem, Vec<String>),
    /// The issuer is not in the trust list.
    Unlisted(Problem),
    /// The input exceeds a limit or cannot be read.
    Refused(Problem),
}

impl Finding {
    pub(crate) fn fail(code: Code, detail: impl Into<String>) -> Self {
        Self::Fail(Problem::new(code, detail))
    }

    pub(crate) fn unknown(code: Code, detail: impl Into<String>) -> Self {
        Self::Unknown(Problem::new(code, detail))
    }

    pub(crate) fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused(Problem::new(code, detail))
    }

    /// The problem alone, for callers that only ask what is wrong.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Fail(problem)
            | Self::Unknown(problem)
            | Self::Missing(problem, _)
            | Self::Unlisted(problem)
            | Self::Refused(problem) => problem,
        }
    }

    /// The same finding, which lacks the documents of a later one too: so all of them can be fetched at once.
    pub(crate) fn lacking_also(self, later: Self) -> Self {
        match (self, later) {
            (Self::Missing(problem, mut urls), Self::Missing(_, more)) => {
                urls.extend(more);
                Self::Missing(problem, urls)
            }
            (Self::Unknown(problem), Self::Missing(_, urls)) => Self::Missing(problem, urls),
            (first, _) => first,
        }
    }

    /// The same finding in a document that stands at `parent` of a larger one.
    pub(crate) fn under(self, parent: &str) -> Self {
        let inner = match &self {
            Self::Fail(problem)
            | Self::Unknown(problem)
            | Self::Missing(problem, _)
            | Self::Unlisted(problem)
            | Self::Refused(problem) => problem.pointer.clone().unwrap_or_default(),
        };
        self.at(&format!("{parent}{inner}"))
    }

    /// The same finding, located at `pointer`.
    pub(crate) fn at(self, pointer: &str) -> Self {
        match self {
            Self::Fail(problem) => Self::Fail(problem.at(pointer)),
            Self::Unknown(problem) => Self::Unknown(problem.at(pointer)),
            Self::Missing(problem, urls) => Self::Missing(problem.at(pointer), urls),
            Self::Unlisted(problem) => Self::Unlisted(problem.at(pointer)),
            Self::Refused(problem) => Self::Refused(problem.at(pointer)),
        }
    }
}
