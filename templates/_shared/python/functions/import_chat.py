from openai.types.chat import ChatCompletionToolParam
