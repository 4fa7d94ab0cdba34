//! Protos speak for themselves: callers read them, and reflection shows them.
use prost_reflect::DescriptorPool;

#[test]
fn every_message_field_enum_and_rpc_is_documented() {
    let pool = DescriptorPool::decode(protocol::FILE_DESCRIPTOR_SET).expect("the descriptors are right");
    let files = pool.files().filter(|file| file.package_name() == "ranking.v1");
    let mut things = 0;
    for file in files {
        let info = file.file_descriptor_proto().source_code_info.as_ref().expect("the source info is there");
        for location in &info.location {
            // Messages 4, fields 4.i.2, enums 5, values 5.i.2, services 6, methods 6.i.2: all paths of even length.
            let named = matches!(location.path[..], [4..=6, _] | [4..=6, _, 2, _]);
            if named {
                things += 1;
                let documented = !location.leading_comments().trim().is_empty();
                assert!(documented, "{} at line {}", file.name(), location.span[0] + 1);
            }
        }
    }
    assert!(things > 50);
}
