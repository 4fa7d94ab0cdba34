"""A model for MLServer: half of the first column, which every machine computes to the same bit."""

import mlserver
from mlserver.codecs import NumpyCodec


class Half(mlserver.MLModel):
    async def predict(self, payload):
        rows = self.decode(payload.inputs[0], default_codec=NumpyCodec)
        output = NumpyCodec.encode_output("score", rows[:, :1] / 2)
        return mlserver.types.InferenceResponse(
            model_name=self.name, model_version=self.version, id=payload.id, outputs=[output]
        )
