//! Faults between models and the code that serves them: silent in production, every one.

use crate::plant::Edit::{Copy, Replace};
use crate::plant::{Fault, fault};

const INPUTS: &str = "services/now-playing/src/inputs.rs";
const SIGNATURE: &str = "models/now_playing.signature.yaml";
const LOCK: &str = "models/now_playing.features.lock";
const MODEL: &str = "models/now_playing.onnx";

pub(crate) static FAULTS: &[Fault] = &[
    fault(
        "the code gives two features in each other's place",
        &[Replace(
            INPUTS,
            "input(\"completion\", |_, c| c.track.completion),\n    input(\"skips\", |_, c| c.track.skips),",
            "input(\"skips\", |_, c| c.track.skips),\n    input(\"completion\", |_, c| c.track.completion),",
        )],
        &["feature-reordered"],
    ),
    fault(
        "the code leaves a feature out",
        &[Replace(INPUTS, "    input(\"genre_skips\", genre_skips),\n", "")],
        &["feature-missing"],
    ),
    fault(
        "the code gives a feature that the model does not take",
        &[Replace(
            INPUTS,
            "    input(\"genre_skips\", genre_skips),\n",
            "    input(\"genre_skips\", genre_skips),\n    input(\"loudness\", |_, c| c.track.energy),\n",
        )],
        &["feature-extra"],
    ),
    fault(
        "the code calls a feature otherwise than the model",
        &[Replace(INPUTS, "\"same_artist\"", "\"same_artists\"")],
        &["feature-renamed"],
    ),
    fault(
        "the signature has two features in each other's place",
        &[Replace(
            SIGNATURE,
            "- name: completion\n  missing: 0.6\n- name: skips\n  missing: 0.25\n",
            "- name: skips\n  missing: 0.25\n- name: completion\n  missing: 0.6\n",
        )],
        &["model-signature-mismatch"],
    ),
    fault(
        "the signature has another shape than the model",
        &[Replace(SIGNATURE, "  - 14\n", "  - 13\n")],
        &["model-signature-mismatch"],
    ),
    fault(
        "the signature has another type than the model",
        &[Replace(SIGNATURE, "dtype: float32", "dtype: float64")],
        &["model-signature-mismatch"],
    ),
    fault(
        "the digest in the signature is another model's",
        &[Replace(SIGNATURE, "sha256: 4f101ff6", "sha256: 4f101ff7")],
        &["model-digest-mismatch"],
    ),
    fault(
        "the lock is edited by hand",
        &[Replace(LOCK, "{ name: skips, dtype: float32 }", "{ name: skip, dtype: float32 }")],
        &["stale-features-lock"],
    ),
    fault(
        "the model is another, and nothing says so",
        &[Copy("models/search.onnx", MODEL)],
        &[
            "feature-extra",
            "feature-missing",
            "model-digest-mismatch",
            "model-features-changed",
            "model-signature-mismatch",
            "stale-features-lock",
            "stale-replay",
        ],
    ),
];
