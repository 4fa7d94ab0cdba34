//! Faults in protos, each of which a caller notices that was built before it.

use crate::plant::Edit::Replace;
use crate::plant::{Fault, fault};

const COMMON: &str = "protos/ranking/v1/common.proto";
const HOME: &str = "protos/ranking/v1/home.proto";
const MOULD: &str = "protos/ranking/v1/mould.proto";
const NOW_PLAYING: &str = "protos/ranking/v1/now_playing.proto";
const SEARCH: &str = "protos/ranking/v1/search.proto";
const INFERENCE: &str = "protos/inference/open_inference_grpc.proto";

pub(crate) static FAULTS: &[Fault] = &[
    fault(
        "a field is renumbered",
        &[Replace(NOW_PLAYING, "uint32 limit = 5;", "uint32 limit = 8;")],
        &["field-renumbered"],
    ),
    fault(
        "two fields swap their numbers",
        &[
            Replace(COMMON, "double value = 2;", "double value = 4;"),
            Replace(COMMON, "double contribution = 4;", "double contribution = 2;"),
        ],
        &["field-renumbered"],
    ),
    fault(
        "a score loses half of its digits: `double` becomes `float`",
        &[Replace(
            COMMON,
            "  double score = 2;\n  // How the score",
            "  float score = 2;\n  // How the score",
        )],
        &["field-same-type"],
    ),
    fault(
        "a count becomes signed: `uint32` becomes `int32`",
        &[Replace(SEARCH, "uint32 total_matches = 6;", "int32 total_matches = 6;")],
        &["field-same-type"],
    ),
    fault(
        "an enum becomes a number",
        &[Replace(HOME, "ShelfKind kind = 2;", "int32 kind = 2;")],
        &["field-same-type", "unreadable-scenario"],
    ),
    fault(
        "a field is removed, and its number is free",
        &[Replace(HOME, "  bool explain = 6;\n", "")],
        &["field-no-delete", "unreadable-scenario"],
    ),
    fault(
        "a field is removed, and only its number is reserved",
        &[Replace(SEARCH, "string profile_version = 4;", "reserved 4;")],
        &["field-no-delete", "unreadable-scenario"],
    ),
    fault(
        "a field is removed and reserved that consumers still read",
        &[Replace(SEARCH, "string album = 7;", "reserved 7; reserved \"album\";")],
        &["removed-while-consumed", "unreadable-scenario"],
    ),
    fault(
        "a list becomes one value",
        &[Replace(HOME, "repeated string track_ids = 4;", "string track_ids = 4;")],
        &["field-same-cardinality", "unreadable-scenario"],
    ),
    fault(
        "one value becomes a list",
        &[Replace(NOW_PLAYING, "PlayingTrack playing = 3;", "repeated PlayingTrack playing = 3;")],
        &["field-same-cardinality", "unreadable-scenario"],
    ),
    fault(
        "a missing value becomes zero: `optional` goes",
        &[Replace(SEARCH, "optional double value = 2;", "double value = 2;")],
        &["field-same-cardinality"],
    ),
    fault(
        "a field is renamed",
        &[Replace(NOW_PLAYING, "bool skipped = 2;", "bool was_skipped = 2;")],
        &["field-same-name"],
    ),
    fault(
        "a field is called otherwise in JSON",
        &[Replace(
            NOW_PLAYING,
            "string model_version = 3;",
            "string model_version = 3 [json_name = \"model\"];",
        )],
        &["field-same-json-name"],
    ),
    fault(
        "a field moves into a oneof",
        &[Replace(SEARCH, "  string text = 3;", "  oneof asked { string text = 3; }")],
        &["field-same-oneof"],
    ),
    fault(
        "a value of an enum is renumbered",
        &[Replace(COMMON, "REASON_LASTING = 9;", "REASON_LASTING = 10;")],
        &["enum-value-renumbered"],
    ),
    fault(
        "a value of an enum is removed",
        &[Replace(NOW_PLAYING, "  QUEUE_ORIGIN_AUTOPLAY = 2;\n", "")],
        &["enum-value-no-delete", "unreadable-scenario"],
    ),
    fault(
        "a value of an enum means something else",
        &[Replace(COMMON, "REASON_POPULAR = 6;", "REASON_TRENDING = 6;")],
        &["enum-value-same-name"],
    ),
    fault(
        "a method is removed",
        &[Replace(
            INFERENCE,
            "  rpc ServerMetadata(ServerMetadataRequest) returns (ServerMetadataResponse);\n",
            "",
        )],
        &["rpc-no-delete"],
    ),
    fault(
        "a method takes another message",
        &[Replace(MOULD, "rpc Rank(MouldRankRequest)", "rpc Rank(MouldCandidate)")],
        &["rpc-same-request-type", "unreadable-scenario"],
    ),
    fault(
        "a method gives another message",
        &[Replace(SEARCH, "returns (SearchTracksResponse)", "returns (FoundTrack)")],
        &["rpc-same-response-type", "unreadable-scenario"],
    ),
    fault(
        "an answer becomes a stream of answers",
        &[Replace(HOME, "returns (RankShelvesResponse)", "returns (stream RankShelvesResponse)")],
        &["rpc-same-server-streaming", "unreadable-scenario"],
    ),
    fault(
        "a request becomes a stream of requests",
        &[Replace(HOME, "RankShelves(RankShelvesRequest)", "RankShelves(stream RankShelvesRequest)")],
        &["rpc-same-client-streaming", "unreadable-scenario"],
    ),
    fault(
        "a service is renamed",
        &[Replace(SEARCH, "service Search {", "service Finder {")],
        &["service-no-delete", "unreadable-scenario"],
    ),
    fault(
        "a message is renamed with everything that names it",
        &[
            Replace(COMMON, "message StageScore", "message StagePart"),
            Replace(COMMON, "repeated StageScore", "repeated StagePart"),
            Replace(SEARCH, "repeated StageScore", "repeated StagePart"),
        ],
        &["field-same-type"],
    ),
    fault(
        "a package is renamed",
        &[Replace(INFERENCE, "package inference;", "package inference.v2;")],
        &["file-same-package", "unreadable-scenario"],
    ),
    fault(
        "a proto does not compile",
        &[Replace(MOULD, "uint32 limit = 4;", "uint limit = 4;")],
        &["unreadable-proto"],
    ),
    fault(
        "a proto imports what is not there",
        &[Replace(MOULD, "ranking/v1/common.proto", "ranking/v1/commons.proto")],
        &["unreadable-proto"],
    ),
    fault(
        "two protos import each other",
        &[Replace(COMMON, "package ranking.v1;", "package ranking.v1;\nimport \"ranking/v1/mould.proto\";")],
        &["unreadable-proto"],
    ),
];
