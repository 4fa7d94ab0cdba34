//! ONNX graphs that are made to harm whoever loads them.
use models::TractModel;
use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::{AttributeProto, ModelProto, NodeProto, TensorProto};

use crate::support::{Copy, explain};

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: operator.to_owned(),
        name: output.to_owned(),
        input: inputs.iter().map(|&input| input.to_owned()).collect(),
        output: vec![output.to_owned()],
        ..NodeProto::default()
    }
}

/// Twice the columns of the input.
fn concat(input: &str, output: &str) -> NodeProto {
    let axis = AttributeProto {
        name: "axis".to_owned(),
        r#type: AttributeType::Int.into(),
        i: 1,
        ..AttributeProto::default()
    };
    NodeProto { attribute: vec![axis], ..node("Concat", &[input, input], output) }
}

fn whole_numbers(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        name: name.to_owned(),
        data_type: 7,
        dims: vec![values.len() as i64],
        int64_data: values.to_vec(),
        ..TensorProto::default()
    }
}

/// Puts operators between the network and its output, which becomes `inner`; the last of them has to give `score`.
fn append(model: &mut ModelProto, nodes: Vec<NodeProto>, constants: Vec<TensorProto>) {
    let graph = model.graph.as_mut().expect("it has a graph");
    for output in graph.node.iter_mut().flat_map(|node| &mut node.output).filter(|name| *name == "score") {
        *output = "inner".to_owned();
    }
    graph.node.extend(nodes);
    graph.initializer.extend(constants);
}

type Graph = fn(&mut ModelProto);

#[test]
fn graphs_that_would_take_all_time_or_memory_are_refused() {
    let cases: Vec<(&str, Graph, &str)> = vec![
        (
            "a chain that is too long",
            |model| {
                let name = |at: usize| if at == 2_000 { "score".to_owned() } else { format!("chain{at}") };
                let first = node("Relu", &["inner"], &name(0));
                let rest = (1..=2_000).map(|at| node("Relu", &[&name(at - 1)], &name(at)));
                append(model, [first].into_iter().chain(rest).collect(), Vec::new());
            },
            "operators are more than 2000",
        ),
        (
            "a tensor that doubles forty times",
            |model| {
                let name = |at: usize| format!("double{at}");
                let first = [node("Relu", &["inner"], &name(0))];
                let last = [node("ReduceSum", &[&name(40), "axes"], "score")];
                let nodes =
                    first.into_iter().chain((1..=40).map(|at| concat(&name(at - 1), &name(at)))).chain(last);
                append(model, nodes.collect(), vec![whole_numbers("axes", &[1])]);
            },
            "is too large",
        ),
        (
            "a constant of a size that overflows",
            |model| {
                let nodes = vec![
                    node("ConstantOfShape", &["shape"], "huge"),
                    node("ReduceSum", &["huge"], "sum"),
                    node("Add", &["inner", "sum"], "score"),
                ];
                append(model, nodes, vec![whole_numbers("shape", &[1 << 40, 1 << 40])]);
            },
            "failed to load",
        ),
        (
            "weights that are said to be larger than the file",
            |model| {
                let graph = model.graph.as_mut().expect("it has a graph");
                graph.initializer[0].dims = vec![1 << 31, 1 << 31];
            },
            "too large",
        ),
        (
            "weights of less than no size",
            |model| model.graph.as_mut().expect("it has a graph").initializer[0].dims = vec![-14, -8],
            "failed to load",
        ),
        (
            "a circle",
            |model| {
                let nodes = vec![
                    node("Add", &["inner", "second"], "first"),
                    node("Relu", &["first"], "second"),
                    node("Relu", &["second"], "score"),
                ];
                append(model, nodes, Vec::new());
            },
            "failed to load",
        ),
        (
            "scores of another shape than they are said to be",
            |model| append(model, vec![concat("inner", "score")], Vec::new()),
            "failed to load",
        ),
    ];
    for (name, change, problem) in cases {
        let copy = Copy::onnx();
        copy.change(change);
        let error = TractModel::load(&copy.signature).expect_err(name);
        assert!(explain(&error).contains(problem), "{name}: {}", explain(&error));
    }
}
