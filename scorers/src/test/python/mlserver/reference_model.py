"""A model for MLServer: an ONNX file, worked out by onnx's own reference evaluator, which shares no code with ONNX Runtime."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from onnx.reference import ReferenceEvaluator


class ReferenceModel(MLModel):
    async def load(self) -> bool:
        self.evaluator = ReferenceEvaluator(self.settings.parameters.uri)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
        names = [tensor.name for tensor in self.outputs]
        results = self.evaluator.run(names, feeds)
        outputs = [NumpyCodec.encode_output(name, result) for name, result in zip(names, results)]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)
