"""Writes the LightGBM models beside it and what LightGBM says of some rows: `pip install lightgbm==4.7.0`, then run it."""

import hashlib
import pathlib

import lightgbm
import numpy

HERE = pathlib.Path(__file__).parent
COLUMNS = ["popularity", "skips", "energy", "tempo", "affinity", "genre"]
COMMON = dict(num_leaves=7, min_data_in_leaf=20, verbose=-1, num_threads=1, deterministic=True, seed=1)
MODELS = {
    "regression": dict(objective="regression"),
    "square-root": dict(objective="regression", reg_sqrt=True),
    "poisson": dict(objective="poisson"),
    "binary": dict(objective="binary", sigmoid=2.0),
    "cross-entropy": dict(objective="cross_entropy"),
    "ranking": dict(objective="lambdarank"),
    "zero-as-missing": dict(objective="regression", zero_as_missing=True),
    "categories": dict(objective="binary", min_data_per_group=10, cat_smooth=1.0),
    "forest": dict(objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.7),
    "linear-trees": dict(objective="regression", linear_tree=True),
    "classes": dict(objective="multiclass", num_class=3),
}
REFUSED = ["classes", "linear-trees"]


def rows(random, count):
    table = random.normal(size=(count, len(COLUMNS)))
    table[:, 5] = random.integers(0, 70, size=count)
    table[random.random(table.shape) < 0.1] = 0.0
    table[random.random(table.shape) < 0.1] = numpy.nan
    return table.astype(numpy.float32).astype(float)


def labels(random, objective, table):
    known = numpy.nan_to_num(table)
    truth = numpy.sin(2 * known[:, 0]) + known[:, 1] * known[:, 2] + 1.5 * numpy.isin(known[:, 5], [3, 7, 33, 64])
    match objective:
        case "binary":
            return (truth > 0.2).astype(int)
        case "cross_entropy":
            return 1 / (1 + numpy.exp(-truth))
        case "lambdarank":
            return numpy.digitize(truth, [-0.5, 0.5, 1.5])
        case "multiclass":
            return numpy.digitize(truth, [-0.3, 0.8])
        case "poisson":
            return random.poisson(numpy.exp(numpy.clip(truth, -2, 2)))
        case _:
            return truth


def hostile(random):
    table = rows(random, 120)
    for value in [1e-36, -1e-36, 1e-34, numpy.inf, -numpy.inf, 3e38]:
        table[random.random(table.shape) < 0.02] = value
    table[60:, 5] = random.choice([-1.0, -0.5, 2.7, 3.0, 7.9, 64.0, 70.0, 1e9, numpy.nan], size=60)
    return table.astype(numpy.float32).astype(float)


for name, parameters in MODELS.items():
    random = numpy.random.default_rng(7)
    table = rows(random, 1200)
    groups = dict(group=[30] * 40) if parameters["objective"] == "lambdarank" else {}
    data = lightgbm.Dataset(
        table,
        labels(random, parameters["objective"], table),
        feature_name=COLUMNS,
        categorical_feature=["genre"] if name == "categories" else [],
        **groups,
    )
    model = lightgbm.train(COMMON | parameters, data, num_boost_round=6)
    text = model.model_to_string(importance_type="split").encode()
    (HERE / f"{name}.txt").write_bytes(text)
    features = "".join(f"- {{ name: {column}, missing: .nan }}\n" for column in COLUMNS)
    (HERE / f"{name}.signature.yaml").write_text(
        f"name: {name}\nversion: '1'\nfile: {name}.txt\nsha256: {hashlib.sha256(text).hexdigest()}\n"
        f"inputs:\n- {{ name: features, dtype: float32, shape: [batch, {len(COLUMNS)}] }}\n"
        f"outputs:\n- {{ name: score, dtype: float32, shape: [batch, 1] }}\nfeatures:\n{features}"
    )
    asked = hostile(random)
    scores = model.predict(asked)
    if name not in REFUSED:
        lines = (",".join(repr(float(number)) for number in [*row, score]) for row, score in zip(asked, scores))
        (HERE / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines))
