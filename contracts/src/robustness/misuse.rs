//! What can be sent that no client should send.

use serde::Deserialize;

use crate::promise::profile::{
    COMPRESSED, CUT_OFF, NO_MESSAGE, NO_METHOD, OVERSIZED, Situation, TWO_MESSAGES, UNKNOWN_ENCODING,
    UNREADABLE,
};

/// One way to misuse a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Misuse {
    /// Bytes that are no HTTP/2.
    GarbageConnection,
    /// The preface of HTTP/2, and then bytes that are no frames.
    GarbageFrames,
    /// A frame of HTTP/2 that says to be longer than what comes.
    TruncatedFrame,
    /// A message that is none.
    GarbageMessage,
    /// A message that says to be longer than what comes.
    TruncatedMessage,
    /// Less than the length of a message.
    TruncatedLength,
    /// A message that says to be compressed, in a call that does not say how.
    CompressedMessage,
    /// A message compressed in a way that nobody knows.
    UnknownEncoding,
    /// No message at all.
    NoMessage,
    /// The sound message twice.
    TwoMessages,
    /// A message of `oversized` bytes.
    OversizedMessage,
    /// A message that says to have 4 GiB, of which nothing comes.
    AnnouncedSize,
    /// A method that nobody has.
    UnknownMethod,
    /// As many sound calls at once as `streams` says.
    ManyStreams,
    /// As many calls as `streams` says, each cancelled as soon as it is opened.
    ResetStreams,
    /// Half of a message, then cancelled.
    CancelledUpload,
    /// A sound call, cancelled while it is answered.
    CancelledCall,
}

/// Every misuse, the gentle ones first.
pub(super) const ALL: [Misuse; 17] = [
    Misuse::UnknownMethod,
    Misuse::NoMessage,
    Misuse::TwoMessages,
    Misuse::GarbageMessage,
    Misuse::TruncatedMessage,
    Misuse::TruncatedLength,
    Misuse::CompressedMessage,
    Misuse::UnknownEncoding,
    Misuse::OversizedMessage,
    Misuse::AnnouncedSize,
    Misuse::CancelledUpload,
    Misuse::CancelledCall,
    Misuse::ManyStreams,
    Misuse::ResetStreams,
    Misuse::GarbageConnection,
    Misuse::GarbageFrames,
    Misuse::TruncatedFrame,
];

impl Misuse {
    /// Its name in scenario files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Misuse::GarbageConnection => "garbage_connection",
            Misuse::GarbageFrames => "garbage_frames",
            Misuse::TruncatedFrame => "truncated_frame",
            Misuse::GarbageMessage => "garbage_message",
            Misuse::TruncatedMessage => "truncated_message",
            Misuse::TruncatedLength => "truncated_length",
            Misuse::CompressedMessage => "compressed_message",
            Misuse::UnknownEncoding => "unknown_encoding",
            Misuse::NoMessage => "no_message",
            Misuse::TwoMessages => "two_messages",
            Misuse::OversizedMessage => "oversized_message",
            Misuse::AnnouncedSize => "announced_size",
            Misuse::UnknownMethod => "unknown_method",
            Misuse::ManyStreams => "many_streams",
            Misuse::ResetStreams => "reset_streams",
            Misuse::CancelledUpload => "cancelled_upload",
            Misuse::CancelledCall => "cancelled_call",
        }
    }

    /// What the service is in then; `None` where no status can be asked for.
    pub(super) fn situation(self) -> Option<&'static Situation> {
        match self {
            Misuse::GarbageMessage => Some(&UNREADABLE),
            Misuse::TruncatedMessage | Misuse::TruncatedLength => Some(&CUT_OFF),
            Misuse::CompressedMessage => Some(&COMPRESSED),
            Misuse::UnknownEncoding => Some(&UNKNOWN_ENCODING),
            Misuse::NoMessage => Some(&NO_MESSAGE),
            Misuse::TwoMessages => Some(&TWO_MESSAGES),
            Misuse::OversizedMessage | Misuse::AnnouncedSize => Some(&OVERSIZED),
            Misuse::UnknownMethod => Some(&NO_METHOD),
            Misuse::GarbageConnection
            | Misuse::GarbageFrames
            | Misuse::TruncatedFrame
            | Misuse::ManyStreams
            | Misuse::ResetStreams
            | Misuse::CancelledUpload
            | Misuse::CancelledCall => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_misuse_is_listed_once_under_the_name_that_files_have_for_it() {
        let mut names: Vec<&str> = ALL.iter().map(|misuse| misuse.name()).collect();
        for (name, misuse) in names.iter().zip(ALL) {
            assert_eq!(serde_json::from_value::<Misuse>((*name).into()).expect("it is one"), misuse);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
