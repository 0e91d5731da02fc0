from openai.types.responses import FunctionToolParam
