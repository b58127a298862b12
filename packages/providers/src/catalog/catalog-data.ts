// Made by scripts/make-catalog.mjs from the model catalogue of models.dev (MIT); do not edit.
/* eslint-disable max-lines -- data, one line per model */

/**
 * Per backend, one line per model: id, context window, output limit, then USD per million tokens of
 * input, output, cached input and cache writing. A dash stands for what is unknown; dashes at the end
 * are left out. Then, where they apply: `>` with a number of input tokens and the four prices above it;
 * the field in which reasoning goes back; `+s` for structured output; `~t` for no tools.
 */
export const CATALOG_DATA: Readonly<Record<string, string>> = {
  anthropic: `
claude-3-5-sonnet-20240620 200000 8192 3 15 0.3 3.75
claude-3-5-sonnet-20241022 200000 8192 3 15 0.3 3.75
claude-3-7-sonnet-20250219 200000 64000 3 15 0.3 3.75
claude-3-haiku-20240307 200000 4096 0.25 1.25 0.03 0.3
claude-3-opus-20240229 200000 4096 15 75 1.5 18.75
claude-3-sonnet-20240229 200000 4096 3 15 0.3 0.3
claude-fable-5 1000000 128000 10 50 1 12.5
claude-haiku-4-5 200000 64000 1 5 0.1 1.25
claude-haiku-4-5-20251001 200000 64000 1 5 0.1 1.25
claude-opus-4-0 200000 32000 15 75 1.5 18.75
claude-opus-4-1 200000 32000 15 75 1.5 18.75
claude-opus-4-1-20250805 200000 32000 15 75 1.5 18.75
claude-opus-4-20250514 200000 32000 15 75 1.5 18.75
claude-opus-4-5 200000 64000 5 25 0.5 6.25
claude-opus-4-5-20251101 200000 64000 5 25 0.5 6.25
claude-opus-4-6 1000000 128000 5 25 0.5 6.25
claude-opus-4-7 1000000 128000 5 25 0.5 6.25
claude-opus-4-8 1000000 128000 5 25 0.5 6.25
claude-sonnet-4-0 200000 64000 3 15 0.3 3.75
claude-sonnet-4-20250514 200000 64000 3 15 0.3 3.75
claude-sonnet-4-5 200000 64000 3 15 0.3 3.75
claude-sonnet-4-5-20250929 200000 64000 3 15 0.3 3.75
claude-sonnet-4-6 1000000 64000 3 15 0.3 3.75
claude-sonnet-5 1000000 128000 2 10 0.2 2.5
`,
  cerebras: `
gpt-oss-120b 131072 40960 0.35 0.75 +s
zai-glm-4.7 131072 40960 2.25 2.75 0 0 +s
`,
  deepseek: `
deepseek-chat 1000000 384000 0.14 0.28 0.0028
deepseek-reasoner 1000000 384000 0.14 0.28 0.0028 reasoning_content
deepseek-v4-flash 1000000 384000 0.14 0.28 0.0028 reasoning_content +s
deepseek-v4-pro 1000000 384000 0.435 0.87 0.003625 reasoning_content +s
`,
  fireworks: `
accounts/fireworks/models/deepseek-v4-flash 1000000 384000 0.14 0.28 0.028 reasoning_content +s
accounts/fireworks/models/deepseek-v4-pro 1000000 384000 1.74 3.48 0.145 reasoning_content +s
accounts/fireworks/models/glm-5p1 202800 131072 1.4 4.4 0.26 reasoning_content
accounts/fireworks/models/glm-5p2 1048575 131072 1.4 4.4 0.26 reasoning_content
accounts/fireworks/models/gpt-oss-120b 131072 32768 0.15 0.6 0.015
accounts/fireworks/models/gpt-oss-20b 131072 32768 0.07 0.3 0.035
accounts/fireworks/models/kimi-k2p6 262000 262000 0.95 4 0.16 reasoning_content
accounts/fireworks/models/kimi-k2p7-code 262000 262000 0.95 4 0.19 reasoning_content
accounts/fireworks/models/minimax-m2p7 196608 196608 0.3 1.2 0.06 reasoning_content
accounts/fireworks/models/minimax-m3 512000 512000 0.3 1.2 0.06 reasoning_content
accounts/fireworks/models/qwen3p7-plus 262144 65536 0.4 1.6 0.08
accounts/fireworks/routers/glm-5p1-fast 202800 131072 2.8 8.8 0.52 reasoning_content
accounts/fireworks/routers/glm-5p2-fast 1048575 131072 2.1 6.6 0.21 reasoning_content
accounts/fireworks/routers/kimi-k2p6-fast 262000 262000 2 8 0.3 reasoning_content
accounts/fireworks/routers/kimi-k2p6-turbo 262000 262000 2 8 0.3 reasoning_content
accounts/fireworks/routers/kimi-k2p7-code-fast 262000 262000 1.9 8 0.38 reasoning_content
`,
  google: `
gemini-2.0-flash 1048576 8192 0.1 0.4 0.025 +s
gemini-2.0-flash-lite 1048576 8192 0.075 0.3 +s
gemini-2.5-flash 1048576 65536 0.3 2.5 0.03 +s
gemini-2.5-flash-lite 1048576 65536 0.1 0.4 0.01 +s
gemini-2.5-pro 1048576 65536 1.25 10 0.125 >200000 2.5 15 0.25 +s
gemini-3-flash-preview 1048576 65536 0.5 3 0.05 +s
gemini-3-pro-preview 1048576 65536 2 12 0.2 >200000 4 18 0.4 +s
gemini-3.1-flash-lite 1048576 65536 0.25 1.5 0.025 +s
gemini-3.1-flash-lite-preview 1048576 65536 0.25 1.5 0.025 +s
gemini-3.1-pro-preview 1048576 65536 2 12 0.2 >200000 4 18 0.4 +s
gemini-3.1-pro-preview-customtools 1048576 65536 2 12 0.2 >200000 4 18 0.4 +s
gemini-3.5-flash 1048576 65536 1.5 9 0.15 +s
gemini-flash-latest 1048576 65536 0.3 2.5 0.075 +s
gemini-flash-lite-latest 1048576 65536 0.1 0.4 0.025 +s
gemma-4-26b-a4b-it 262144 32768 +s
gemma-4-31b-it 262144 32768 +s
`,
  groq: `
groq/compound 131072 8192 ~t
groq/compound-mini 131072 8192 ~t
llama-3.1-8b-instant 131072 131072 0.05 0.08
llama-3.3-70b-versatile 131072 32768 0.59 0.79
meta-llama/llama-4-scout-17b-16e-instruct 131072 8192 0.11 0.34 +s
meta-llama/llama-prompt-guard-2-22m 512 512 0.03 0.03 ~t
meta-llama/llama-prompt-guard-2-86m 512 512 0.04 0.04 ~t
openai/gpt-oss-120b 131072 65536 0.15 0.6 0.075 +s
openai/gpt-oss-20b 131072 65536 0.075 0.3 0.0375 +s
openai/gpt-oss-safeguard-20b 131072 65536 0.075 0.3 +s
qwen/qwen3-32b 131072 40960 0.29 0.59
`,
  mistral: `
codestral-latest 256000 4096 0.3 0.9
devstral-2512 262144 262144 0.4 2
devstral-latest 262144 262144 0.4 2
devstral-medium-2507 128000 128000 0.4 2
devstral-medium-latest 262144 262144 0.4 2
devstral-small-2505 128000 128000 0.1 0.3
devstral-small-2507 128000 128000 0.1 0.3
labs-devstral-small-2512 256000 256000 0 0
magistral-medium-latest 128000 16384 2 5
magistral-small 128000 128000 0.5 1.5
ministral-3b-latest 128000 128000 0.04 0.04
ministral-8b-latest 128000 128000 0.1 0.1
mistral-large-2411 131072 16384 2 6
mistral-large-2512 262144 262144 0.5 1.5
mistral-large-latest 262144 262144 0.5 1.5
mistral-medium-2505 131072 131072 0.4 2
mistral-medium-2508 262144 262144 0.4 2
mistral-medium-2604 262144 262144 1.5 7.5 +s
mistral-medium-latest 262144 262144 0.4 2
mistral-nemo 128000 128000 0.15 0.15
mistral-small-2506 128000 16384 0.1 0.3
mistral-small-2603 256000 256000 0.15 0.6
mistral-small-latest 256000 256000 0.15 0.6
open-mistral-7b 8000 8000 0.25 0.25
open-mistral-nemo 128000 128000 0.15 0.15
open-mixtral-8x22b 64000 64000 2 6
open-mixtral-8x7b 32000 32000 0.7 0.7
pixtral-12b 128000 128000 0.15 0.15
pixtral-large-latest 128000 128000 2 6
`,
  nvidia: `
abacusai/dracarys-llama-3_1-70b-instruct 128000 8192 0 0
baai/bge-m3 8192 1024 0 0 ~t
bytedance/seed-oss-36b-instruct 262000 262000 0 0 +s
deepseek-ai/deepseek-v4-flash 1048576 393216 0.14 0.28 0.0028 reasoning_content +s
deepseek-ai/deepseek-v4-pro 1048576 393216 0.435 0.87 0.003625 reasoning_content +s
google/gemma-2-2b-it 128000 4096 0 0 +s
google/gemma-3n-e2b-it 128000 4096 0 0 +s
google/gemma-3n-e4b-it 128000 4096 0 0 +s
google/gemma-4-31b-it 256000 16384 0 0
google/google-paligemma 128000 8192 0 0 ~t
meta/esm2-650m 128000 8192 0 0 ~t
meta/esmfold 128000 8192 0 0 ~t
meta/llama-3.1-70b-instruct 128000 4096 0 0 +s
meta/llama-3.1-8b-instruct 16000 4096 0 0
meta/llama-3.2-11b-vision-instruct 128000 4096 0 0 +s
meta/llama-3.2-1b-instruct 128000 4096 0 0 +s
meta/llama-3.2-3b-instruct 32768 32000 0 0 +s ~t
meta/llama-3.2-90b-vision-instruct 128000 8192 0 0
meta/llama-3.3-70b-instruct 128000 4096 0 0 +s
meta/llama-4-maverick-17b-128e-instruct 128000 4096 0 0 +s
meta/llama-guard-4-12b 128000 16384 0 0 ~t
microsoft/phi-4-mini-instruct 131072 8192 0 0
microsoft/phi-4-multimodal-instruct 128000 16384 0 0 ~t
minimaxai/minimax-m2.7 204800 131072 0 0
minimaxai/minimax-m3 1000000 16384 0 0
mistralai/magistral-small-2506 32768 32768 0 0 ~t
mistralai/mistral-7b-instruct-v03 65536 65536 0 0 +s
mistralai/mistral-large-3-675b-instruct-2512 262144 262144 0 0 +s
mistralai/mistral-medium-3-instruct 131072 32768 0 0 ~t
mistralai/mistral-nemotron 128000 8192 0 0
mistralai/mistral-small-4-119b-2603 128000 8192 0 0 +s
mistralai/mixtral-8x22b-instruct 65536 13108 0 0
mistralai/mixtral-8x7b-instruct 32768 16384 0 0
moonshotai/kimi-k2-instruct-0905 262144 262144 0 0
moonshotai/kimi-k2.6 262144 262144 0 0 reasoning_content +s
nvidia/bevformer 128000 8192 0 0 ~t
nvidia/gliner-pii 128000 4096 0 0 ~t
nvidia/llama-3_1-nemotron-safety-guard-8b-v3 128000 4096 0 0 ~t
nvidia/llama-nemotron-rerank-vl-1b-v2 128000 4096 0 0 ~t
nvidia/nemotron-3-content-safety 128000 4096 0 0 ~t
nvidia/nemotron-3-nano-30b-a3b 131072 131072 0 0
nvidia/nemotron-3-nano-omni-30b-a3b-reasoning 256000 65536 0 0 +s
nvidia/nemotron-3-super-120b-a12b 262144 262144 0.2 0.8
nvidia/nemotron-3-ultra-550b-a55b 1000000 65536 0.5 2.5 0.15 +s
nvidia/nemotron-content-safety-reasoning-4b 128000 4096 0 0 ~t
nvidia/nemotron-mini-4b-instruct 128000 8192 0 0
nvidia/nemotron-voicechat 128000 8192 0 0
nvidia/nvidia-nemotron-nano-9b-v2 131072 131072 0 0
nvidia/rerank-qa-mistral-4b 128000 4096 0 0 ~t
nvidia/riva-translate-4b-instruct-v1_1 128000 4096 0 0 ~t
nvidia/sparsedrive 128000 8192 0 0 ~t
nvidia/streampetr 128000 8192 0 0 ~t
nvidia/studiovoice 128000 8192 0 0 ~t
nvidia/usdcode 128000 4096 0 0 ~t
openai/gpt-oss-120b 128000 8192 0 0 +s
openai/gpt-oss-20b 131072 32768 0 0 +s
qwen/qwen2.5-coder-32b-instruct 128000 4096 0 0 +s
qwen/qwen3-coder-480b-a35b-instruct 262144 66536 0 0
qwen/qwen3-next-80b-a3b-instruct 262144 16384 0 0
qwen/qwen3.5-122b-a10b 262144 65536 0 0 +s
qwen/qwen3.5-397b-a17b 262144 8192 0 0 +s
sarvamai/sarvam-m 128000 8192 0 0
stepfun-ai/step-3.5-flash 256000 16384 0 0
stepfun-ai/step-3.7-flash 256000 16384 0 0
upstage/solar-10_7b-instruct 128000 8192 0 0
z-ai/glm-5.1 131072 131072 0 0 reasoning_content +s
`,
  openai: `
gpt-3.5-turbo 16385 4096 0.5 1.5 0 ~t
gpt-4 8192 8192 30 60
gpt-4-turbo 128000 4096 10 30
gpt-4.1 1047576 32768 2 8 0.5 +s
gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 +s
gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 +s
gpt-4o 128000 16384 2.5 10 1.25 +s
gpt-4o-2024-05-13 128000 4096 5 15 +s
gpt-4o-2024-08-06 128000 16384 2.5 10 1.25 +s
gpt-4o-2024-11-20 128000 16384 2.5 10 1.25 +s
gpt-4o-mini 128000 16384 0.15 0.6 0.075 +s
gpt-5 400000 128000 1.25 10 0.125 +s
gpt-5-chat-latest 400000 128000 1.25 10 0.125 +s ~t
gpt-5-codex 400000 128000 1.25 10 0.125 +s
gpt-5-mini 400000 128000 0.25 2 0.025 +s
gpt-5-nano 400000 128000 0.05 0.4 0.005 +s
gpt-5-pro 400000 272000 15 120 +s
gpt-5.1 400000 128000 1.25 10 0.125 +s
gpt-5.1-chat-latest 128000 16384 1.25 10 0.125 +s
gpt-5.1-codex 400000 128000 1.25 10 0.125 +s
gpt-5.1-codex-max 400000 128000 1.25 10 0.125 +s
gpt-5.1-codex-mini 400000 128000 0.25 2 0.025 +s
gpt-5.2 400000 128000 1.75 14 0.175 +s
gpt-5.2-chat-latest 128000 16384 1.75 14 0.175 +s
gpt-5.2-codex 400000 128000 1.75 14 0.175 +s
gpt-5.2-pro 400000 128000 21 168
gpt-5.3-chat-latest 128000 16384 1.75 14 0.175 +s
gpt-5.3-codex 400000 128000 1.75 14 0.175 +s
gpt-5.3-codex-spark 128000 32000 1.75 14 0.175 +s
gpt-5.4 1050000 128000 2.5 15 0.25 >272000 5 22.5 0.5 +s
gpt-5.4-mini 400000 128000 0.75 4.5 0.075 +s
gpt-5.4-nano 400000 128000 0.2 1.25 0.02 +s
gpt-5.4-pro 1050000 128000 30 180 >272000 60 270
gpt-5.5 1050000 128000 5 30 0.5 >272000 10 45 1 +s
gpt-5.5-pro 1050000 128000 30 180 >272000 60 270 +s
o1 200000 100000 15 60 7.5 +s
o1-pro 200000 100000 150 600 +s
o3 200000 100000 2 8 0.5 +s
o3-deep-research 200000 100000 10 40 2.5
o3-mini 200000 100000 1.1 4.4 0.55 +s
o3-pro 200000 100000 20 80 +s
o4-mini 200000 100000 1.1 4.4 0.275 +s
o4-mini-deep-research 200000 100000 2 8 0.5
`,
  openrouter: `
ai21/jamba-large-1.7 256000 4096 2 8
amazon/nova-2-lite-v1 1000000 65535 0.3 2.5
amazon/nova-lite-v1 300000 5120 0.06 0.24
amazon/nova-micro-v1 128000 5120 0.035 0.14
amazon/nova-premier-v1 1000000 32000 2.5 12.5 0.625
amazon/nova-pro-v1 300000 5120 0.8 3.2
anthropic/claude-3-haiku 200000 4096 0.25 1.25 0.03 0.3
anthropic/claude-haiku-4.5 200000 64000 1 5 0.1 1.25 +s
anthropic/claude-opus-4 200000 32000 15 75 1.5 18.75
anthropic/claude-opus-4.1 200000 32000 15 75 1.5 18.75 +s
anthropic/claude-opus-4.5 200000 64000 5 25 0.5 6.25 +s
anthropic/claude-opus-4.6 1000000 128000 5 25 0.5 6.25 >200000 10 37.5 1 12.5 +s
anthropic/claude-opus-4.7 1000000 128000 5 25 0.5 6.25 >200000 10 37.5 1 12.5 +s
anthropic/claude-opus-4.7-fast 1000000 128000 30 150 3 37.5 +s
anthropic/claude-opus-4.8 1000000 128000 5 25 0.5 6.25 +s
anthropic/claude-opus-4.8-fast 1000000 128000 10 50 1 12.5 +s
anthropic/claude-sonnet-4 1000000 64000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5
anthropic/claude-sonnet-4.5 1000000 64000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5 +s
anthropic/claude-sonnet-4.6 1000000 128000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5 +s
anthropic/claude-sonnet-5 1000000 128000 2 10 0.2 2.5 +s
arcee-ai/trinity-large-thinking 262144 80000 0.25 0.8 0.06
arcee-ai/trinity-mini 131072 131072 0.045 0.15 +s
arcee-ai/virtuoso-large 131072 64000 0.75 1.2
bytedance-seed/seed-1.6 262144 32768 0.25 2 +s
bytedance-seed/seed-1.6-flash 262144 32768 0.075 0.3 +s
bytedance-seed/seed-2.0-lite 262144 131072 0.25 2 +s
bytedance-seed/seed-2.0-mini 262144 131072 0.1 0.4 +s
cohere/command-r-08-2024 128000 4000 0.15 0.6 +s
cohere/command-r-plus-08-2024 128000 4000 2.5 10 +s
cohere/north-mini-code:free 256000 64000 0 0
deepseek/deepseek-chat 128000 16000 0.2002 0.8001 +s
deepseek/deepseek-chat-v3-0324 163840 16384 0.2 0.77 0.135 +s
deepseek/deepseek-chat-v3.1 163840 32768 0.21 0.79 0.13 +s
deepseek/deepseek-r1 64000 16000 0.7 2.5 +s
deepseek/deepseek-r1-0528 163840 32768 0.5 2.15 0.35 +s
deepseek/deepseek-v3.1-terminus 163840 32768 0.27 0.95 0.13 +s
deepseek/deepseek-v3.2 128000 64000 0.2288 0.3432 0.02288 +s
deepseek/deepseek-v3.2-exp 163840 65536 0.27 0.41 +s
deepseek/deepseek-v4-flash 1048575 65536 0.098 0.196 0.02 reasoning_content +s
deepseek/deepseek-v4-pro 1048576 384000 0.435 0.87 0.003625 reasoning_content +s
google/gemini-2.5-flash 1048576 65535 0.3 2.5 0.03 0.083333 +s
google/gemini-2.5-flash-lite 1048576 65535 0.1 0.4 0.01 0.083333 +s
google/gemini-2.5-flash-lite-preview-09-2025 1048576 65535 0.1 0.4 0.01 0.083333 +s
google/gemini-2.5-pro 1048576 65536 1.25 10 0.125 0.375 +s
google/gemini-2.5-pro-preview 1048576 65536 1.25 10 0.125 0.375 +s
google/gemini-2.5-pro-preview-05-06 1048576 65535 1.25 10 0.125 0.375 +s
google/gemini-3-flash-preview 1048576 65535 0.5 3 0.05 0.083333 reasoning_details +s
google/gemini-3.1-flash-lite 1048576 65536 0.25 1.5 0.025 0.083333 +s
google/gemini-3.1-flash-lite-preview 1048576 65536 0.25 1.5 0.025 0.083333 +s
google/gemini-3.1-pro-preview 1048576 65536 2 12 0.2 0.375 >200000 4 18 0.4 reasoning_details +s
google/gemini-3.1-pro-preview-customtools 1048576 65536 2 12 0.2 0.375 >200000 4 18 0.4 reasoning_details +s
google/gemini-3.5-flash 1048576 65536 1.5 9 0.15 0.083333 +s
google/gemma-3-12b-it 131072 16384 0.05 0.15 +s
google/gemma-3-27b-it 131072 16384 0.08 0.16 +s
google/gemma-4-26b-a4b-it 262144 262144 0.06 0.33 +s
google/gemma-4-26b-a4b-it:free 131072 32768 0 0 +s
google/gemma-4-31b-it 262144 262144 0.12 0.35 0.09 +s
google/gemma-4-31b-it:free 262144 8192 0 0
ibm-granite/granite-4.1-8b 131072 131072 0.05 0.1 0.05 +s
inception/mercury-2 128000 50000 0.25 0.75 0.025 +s
inclusionai/ling-2.6-1t 262144 32768 0.075 0.625 0.015 +s
inclusionai/ling-2.6-flash 262144 32768 0.01 0.03 0.002 +s
inclusionai/ring-2.6-1t 262144 65536 0.075 0.625 0.015
kwaipilot/kat-coder-pro-v2 256000 80000 0.3 1.2 0.06 +s
liquid/lfm-2.5-1.2b-thinking:free 32768 32768 0 0 +s
meta-llama/llama-3.1-70b-instruct 131072 16384 0.4 0.4 +s
meta-llama/llama-3.1-8b-instruct 131072 16384 0.02 0.03 +s
meta-llama/llama-3.3-70b-instruct 131072 16384 0.1 0.32 +s
meta-llama/llama-3.3-70b-instruct:free 65536 131072 0 0
meta-llama/llama-4-maverick 1048576 16384 0.15 0.6 +s
meta-llama/llama-4-scout 327680 16384 0.1 0.3 +s
minimax/minimax-m1 1000000 40000 0.4 2.2
minimax/minimax-m2 196608 196608 0.255 1 0.03 reasoning_details +s
minimax/minimax-m2.1 196608 196608 0.29 0.95 0.03 reasoning_details +s
minimax/minimax-m2.5 196608 196608 0.12 0.48 reasoning_details +s
minimax/minimax-m2.7 196608 196608 0.18 0.72 +s
minimax/minimax-m3 524288 512000 0.3 1.2 0.06 +s
mistralai/codestral-2508 256000 256000 0.3 0.9 0.03 +s
mistralai/devstral-2512 262144 262144 0.4 2 0.04 +s
mistralai/ministral-14b-2512 262144 262144 0.2 0.2 0.02 +s
mistralai/ministral-3b-2512 131072 131072 0.1 0.1 0.01 +s
mistralai/ministral-8b-2512 262144 262144 0.15 0.15 0.015 +s
mistralai/mistral-large 128000 128000 2 6 0.2 +s
mistralai/mistral-large-2407 131072 131072 2 6 0.2 +s
mistralai/mistral-large-2512 262144 262144 0.5 1.5 0.05 +s
mistralai/mistral-medium-3 131072 131072 0.4 2 0.04 +s
mistralai/mistral-medium-3-5 262144 262144 1.5 7.5 +s
mistralai/mistral-medium-3.1 131072 262144 0.4 2 0.04 +s
mistralai/mistral-nemo 131072 131072 0.02 0.03 +s
mistralai/mistral-saba 32768 32768 0.2 0.6 0.02 +s
mistralai/mistral-small-2603 262144 262144 0.15 0.6 0.015 +s
mistralai/mistral-small-3.2-24b-instruct 128000 16384 0.075 0.2 +s
mistralai/mixtral-8x22b-instruct 65536 65536 2 6 0.2 +s
mistralai/voxtral-small-24b-2507 32000 32000 0.1 0.3 0.01 +s
moonshotai/kimi-k2 131072 100352 0.57 2.3
moonshotai/kimi-k2-0905 262144 100352 0.6 2.5 +s
moonshotai/kimi-k2-thinking 262144 262144 0.6 2.5 0.6 reasoning_details +s
moonshotai/kimi-k2.5 256000 256000 0.375 2.025 reasoning_details +s
moonshotai/kimi-k2.6 262144 262144 0.55 3.2 0.11 reasoning_details +s
moonshotai/kimi-k2.7-code 262144 16384 0.74 3.5 0.15 +s
nvidia/llama-3.3-nemotron-super-49b-v1.5 131072 16384 0.4 0.4
nvidia/nemotron-3-nano-30b-a3b 262144 228000 0.05 0.2 +s
nvidia/nemotron-3-nano-30b-a3b:free 256000 256000 0 0
nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free 256000 65536 0 0
nvidia/nemotron-3-super-120b-a12b 262144 16384 0.085 0.4 +s
nvidia/nemotron-3-super-120b-a12b:free 262144 262144 0 0 +s
nvidia/nemotron-3-ultra-550b-a55b 262144 16384 0.5 2.2 0.1 +s
nvidia/nemotron-3-ultra-550b-a55b:free 1000000 65536 0 0
nvidia/nemotron-nano-12b-v2-vl:free 128000 128000 0 0
nvidia/nemotron-nano-9b-v2:free 128000 128000 0 0 +s
openai/gpt-3.5-turbo 16385 4096 0.5 1.5 +s
openai/gpt-3.5-turbo-0613 4095 4096 1 2 +s
openai/gpt-3.5-turbo-16k 16385 4096 3 4 +s
openai/gpt-4 8191 4096 30 60 +s
openai/gpt-4-turbo 128000 4096 10 30 +s
openai/gpt-4-turbo-preview 128000 4096 10 30 +s
openai/gpt-4.1 1047576 32768 2 8 0.5 +s
openai/gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 +s
openai/gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 +s
openai/gpt-4o 128000 16384 2.5 10 +s
openai/gpt-4o-2024-05-13 128000 4096 5 15 +s
openai/gpt-4o-2024-08-06 128000 16384 2.5 10 1.25 +s
openai/gpt-4o-2024-11-20 128000 16384 2.5 10 1.25 +s
openai/gpt-4o-mini 128000 16384 0.15 0.6 0.075 +s
openai/gpt-4o-mini-2024-07-18 128000 16384 0.15 0.6 0.075 +s
openai/gpt-5 400000 128000 1.25 10 0.125 +s
openai/gpt-5-codex 400000 128000 1.25 10 0.125 +s
openai/gpt-5-mini 400000 128000 0.25 2 0.025 +s
openai/gpt-5-nano 400000 128000 0.05 0.4 0.01 +s
openai/gpt-5-pro 400000 128000 15 120 +s
openai/gpt-5.1 400000 128000 1.25 10 0.13 +s
openai/gpt-5.1-chat 128000 32000 1.25 10 0.13 +s
openai/gpt-5.1-codex 400000 128000 1.25 10 0.13 +s
openai/gpt-5.1-codex-max 400000 128000 1.25 10 0.125 +s
openai/gpt-5.1-codex-mini 400000 100000 0.25 2 0.025 +s
openai/gpt-5.2 400000 128000 1.75 14 0.175 +s
openai/gpt-5.2-chat 128000 16384 1.75 14 0.175 +s
openai/gpt-5.2-codex 400000 128000 1.75 14 0.175 +s
openai/gpt-5.2-pro 400000 128000 21 168 +s
openai/gpt-5.3-chat 128000 16384 1.75 14 0.175 +s
openai/gpt-5.3-codex 400000 128000 1.75 14 0.175 +s
openai/gpt-5.4 1050000 128000 2.5 15 0.25 +s
openai/gpt-5.4-mini 400000 128000 0.75 4.5 0.075 +s
openai/gpt-5.4-nano 400000 128000 0.2 1.25 0.02 +s
openai/gpt-5.4-pro 1050000 128000 30 180 +s
openai/gpt-5.5 1050000 128000 5 30 0.5 +s
openai/gpt-5.5-pro 1050000 128000 30 180 +s
openai/gpt-chat-latest 400000 128000 5 30 0.5 +s
openai/gpt-oss-120b 131072 131072 0.03 0.15 +s
openai/gpt-oss-120b:free 131072 131072 0 0
openai/gpt-oss-20b 131072 131072 0.029 0.14 +s
openai/gpt-oss-20b:free 131072 32768 0 0 +s
openai/gpt-oss-safeguard-20b 131072 65536 0.075 0.3 0.0375 +s
openai/o1 200000 100000 15 60 7.5 +s
openai/o3 200000 100000 2 8 0.5 +s
openai/o3-deep-research 200000 100000 10 40 2.5 +s
openai/o3-mini 200000 100000 1.1 4.4 0.55 +s
openai/o3-mini-high 200000 100000 1.1 4.4 0.55 +s
openai/o3-pro 200000 100000 20 80 +s
openai/o4-mini 200000 100000 1.1 4.4 0.275 +s
openai/o4-mini-deep-research 200000 100000 2 8 0.5 +s
openai/o4-mini-high 200000 100000 1.1 4.4 0.275 +s
openrouter/free 200000 8000 0 0 +s
poolside/laguna-m.1 262144 32768 0.2 0.4 0.1
poolside/laguna-m.1:free 262144 32768 0 0 reasoning_content
poolside/laguna-xs.2 262144 32768 0.1 0.2 0.05
poolside/laguna-xs.2:free 262144 32768 0 0 reasoning_content
qwen/qwen-2.5-72b-instruct 32768 16384 0.36 0.4 +s
qwen/qwen-2.5-7b-instruct 32768 32768 0.04 0.1 +s
qwen/qwen-plus 1000000 32768 0.26 0.78 0.052 0.325 +s
qwen/qwen-plus-2025-07-28 1000000 32768 0.26 0.78 +s
qwen/qwen-plus-2025-07-28:thinking 1000000 32768 0.26 0.78 - 0.325 +s
qwen/qwen3-14b 40960 40960 0.1 0.24 +s
qwen/qwen3-235b-a22b 131072 8192 0.455 1.82
qwen/qwen3-235b-a22b-2507 262144 16384 0.09 0.1 +s
qwen/qwen3-235b-a22b-thinking-2507 131072 262144 0.1495 1.495 +s
qwen/qwen3-30b-a3b 40960 16384 0.12 0.5 +s
qwen/qwen3-30b-a3b-instruct-2507 128000 32000 0.04815 0.19305 +s
qwen/qwen3-30b-a3b-thinking-2507 131072 131072 0.08 0.4 0.08 +s
qwen/qwen3-32b 40960 16384 0.08 0.28 +s
qwen/qwen3-8b 40960 8192 0.05 0.4 0.05 +s
qwen/qwen3-coder 262144 65536 0.22 1.8 +s
qwen/qwen3-coder-30b-a3b-instruct 160000 32768 0.07 0.27 +s
qwen/qwen3-coder-flash 1000000 65536 0.195 0.975 0.039 0.24375
qwen/qwen3-coder-next 262144 262144 0.11 0.8 0.07 +s
qwen/qwen3-coder-plus 1000000 65536 0.65 3.25 0.13 0.8125 +s
qwen/qwen3-coder:free 262000 262000 0 0
qwen/qwen3-max 262144 32768 0.78 3.9 0.156 0.975 +s
qwen/qwen3-max-thinking 262144 32768 0.78 3.9 +s
qwen/qwen3-next-80b-a3b-instruct 262144 16384 0.09 1.1 +s
qwen/qwen3-next-80b-a3b-instruct:free 262144 262144 0 0 +s
qwen/qwen3-next-80b-a3b-thinking 131072 32768 0.0975 0.78 +s
qwen/qwen3-vl-235b-a22b-instruct 262144 16384 0.2 0.88 0.11 +s
qwen/qwen3-vl-235b-a22b-thinking 131072 32768 0.26 2.6 +s
qwen/qwen3-vl-30b-a3b-instruct 131072 32768 0.13 0.52 +s
qwen/qwen3-vl-30b-a3b-thinking 131072 32768 0.13 1.56 +s
qwen/qwen3-vl-32b-instruct 131072 32768 0.104 0.416 +s
qwen/qwen3-vl-8b-instruct 131072 32768 0.08 0.5 +s
qwen/qwen3-vl-8b-thinking 131072 32768 0.117 1.365 +s
qwen/qwen3.5-122b-a10b 262144 262144 0.26 2.08 +s
qwen/qwen3.5-27b 262144 65536 0.195 1.56 +s
qwen/qwen3.5-35b-a3b 262144 81920 0.14 1 0.05 +s
qwen/qwen3.5-397b-a17b 131072 64000 0.385 2.45 +s
qwen/qwen3.5-9b 262144 262144 0.1 0.15 +s
qwen/qwen3.5-flash-02-23 1000000 65536 0.065 0.26 +s
qwen/qwen3.5-plus-02-15 1000000 65536 0.26 1.56 +s
qwen/qwen3.5-plus-20260420 1000000 65536 0.3 1.8 - 0.375 +s
qwen/qwen3.6-27b 262140 262140 0.285 2.4 +s
qwen/qwen3.6-35b-a3b 262144 262144 0.14 1 +s
qwen/qwen3.6-flash 1000000 65536 0.1875 1.125 - 0.234375 +s
qwen/qwen3.6-max-preview 262144 65536 1.04 6.24 - 1.3 +s
qwen/qwen3.6-plus 1000000 65536 0.325 1.95 - 0.40625 +s
qwen/qwen3.7-max 1000000 65536 1.25 3.75 0.25 1.5625 +s
qwen/qwen3.7-plus 1000000 65536 0.32 1.28 0.064 0.4 +s
rekaai/reka-edge 16384 16384 0.1 0.1 +s
relace/relace-search 256000 128000 1 3
sakana/fugu-ultra 1000000 128000 5 30 0.5 +s
sao10k/l3.1-euryale-70b 131072 16384 0.85 0.85 +s
stepfun/step-3.5-flash 262144 65536 0.1 0.3
stepfun/step-3.7-flash 256000 256000 0.2 1.15 0.04 +s
tencent/hy3-preview 262144 262144 0.063 0.21 0.021
thedrummer/unslopnemo-12b 32768 32768 0.4 0.4 +s
upstage/solar-pro-3 128000 128000 0.15 0.6 0.015 +s
x-ai/grok-4.20 2000000 2000000 1.25 2.5 0.2 +s
x-ai/grok-4.3 1000000 1000000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s
x-ai/grok-build-0.1 256000 256000 1 2 0.2 +s
xiaomi/mimo-v2.5 32000 131072 0.105 0.28 reasoning_details +s
xiaomi/mimo-v2.5-pro 1048576 131072 0.435 0.87 0.0036 reasoning_content +s
z-ai/glm-4.5 131072 98304 0.6 2.2 0.11
z-ai/glm-4.5-air 131072 98304 0.13 0.85 0.025
z-ai/glm-4.5v 65536 16384 0.6 1.8 0.11
z-ai/glm-4.6 202752 131072 0.43 1.74 0.08 +s
z-ai/glm-4.6v 131072 32768 0.3 0.9 0.055
z-ai/glm-4.7 202752 131072 0.4 1.75 0.08 reasoning_details +s
z-ai/glm-4.7-flash 202752 16384 0.06 0.4 0.01 reasoning_details +s
z-ai/glm-5 202752 128000 0.6 1.92 0.12 reasoning_content +s
z-ai/glm-5-turbo 262144 131072 1.2 4 0.24 reasoning_content
z-ai/glm-5.1 65536 128000 0.975 4.3 reasoning_content +s
z-ai/glm-5.2 1048576 32768 0.93 3 0.18 reasoning_content +s
z-ai/glm-5v-turbo 202752 131072 1.2 4 0.24
~anthropic/claude-fable-latest 1000000 128000 10 50 1 12.5 +s
~anthropic/claude-haiku-latest 200000 64000 1 5 0.1 1.25 +s
~anthropic/claude-opus-latest 1000000 128000 5 25 0.5 6.25 +s
~anthropic/claude-sonnet-latest 1000000 128000 2 10 0.2 2.5 +s
~google/gemini-flash-latest 1048576 65536 1.5 9 0.15 0.083333 +s
~google/gemini-pro-latest 1048576 65536 2 12 0.2 0.375 +s
~moonshotai/kimi-latest 262144 262144 0.55 3.2 0.11 +s
~openai/gpt-latest 1050000 128000 5 30 0.5 +s
~openai/gpt-mini-latest 400000 128000 0.75 4.5 0.075 +s
`,
  perplexity: `
sonar 128000 4096 1 1 ~t
sonar-deep-research 128000 32768 2 8 ~t
sonar-pro 200000 8192 3 15 ~t
sonar-reasoning-pro 128000 4096 2 8 ~t
`,
  together: `
LiquidAI/LFM2-24B-A2B 32768 32768 0.03 0.12 ~t
MiniMaxAI/MiniMax-M2.5 204800 131072 0.3 1.2 0.06
MiniMaxAI/MiniMax-M2.7 202752 131072 0.3 1.2 0.06 +s
MiniMaxAI/MiniMax-M3 524288 250000 0.3 1.2 0.06 +s
Qwen/Qwen2.5-7B-Instruct-Turbo 32768 32768 0.3 0.3 +s
Qwen/Qwen3-235B-A22B-Instruct-2507-tput 262144 262144 0.2 0.6
Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8 262144 262144 2 2
Qwen/Qwen3-Coder-Next-FP8 262144 262144 0.5 1.2
Qwen/Qwen3.5-397B-A17B 262144 130000 0.6 3.6
Qwen/Qwen3.5-9B 262144 65536 0.17 0.25 +s
Qwen/Qwen3.6-Plus 1000000 500000 0.5 3
Qwen/Qwen3.7-Max 1000000 500000 1.25 3.75
deepcogito/cogito-v2-1-671b 163840 163840 1.25 1.25 ~t
deepseek-ai/DeepSeek-R1 163839 163839 3 7 ~t
deepseek-ai/DeepSeek-V3 131072 131072 1.25 1.25
deepseek-ai/DeepSeek-V3-1 131072 131072 0.6 1.7
deepseek-ai/DeepSeek-V4-Pro 512000 384000 1.74 3.48 0.2 reasoning_content +s
essentialai/Rnj-1-Instruct 32768 32768 0.15 0.15
google/gemma-3n-E4B-it 32768 32768 0.06 0.12 +s ~t
google/gemma-4-31B-it 262144 131072 0.39 0.97 +s
meta-llama/Llama-3.3-70B-Instruct-Turbo 131072 131072 0.88 0.88
meta-llama/Meta-Llama-3-8B-Instruct-Lite 8192 8192 0.14 0.14 ~t
moonshotai/Kimi-K2.5 262144 262144 0.5 2.8
moonshotai/Kimi-K2.6 262144 131000 1.2 4.5 0.2 +s
moonshotai/Kimi-K2.7-Code 262144 131072 0.95 4 0.19 +s
nvidia/nemotron-3-ultra-550b-a55b 512300 512300 0.6 3.6 0.2 +s
openai/gpt-oss-120b 131072 131072 0.15 0.6
openai/gpt-oss-20b 131072 131072 0.05 0.2 +s
pearl-ai/gemma-4-31b-it 32000 32000 0.28 0.86 ~t
zai-org/GLM-5 202752 131072 1 3.2 reasoning_content +s
zai-org/GLM-5.1 202752 131072 1.4 4.4 +s
zai-org/GLM-5.2 262144 164000 1.4 4.4 0.26 reasoning_content +s
`,
  xai: `
grok-4.20-0309-non-reasoning 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s
grok-4.20-0309-reasoning 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s
grok-4.20-multi-agent-0309 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s ~t
grok-4.3 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s
grok-build-0.1 256000 256000 1 2 0.2 >200000 2 4 0.4 +s
`,
  zai: `
glm-4.5 131072 98304 0.6 2.2 0.11 0
glm-4.5-air 131072 98304 0.2 1.1 0.03 0
glm-4.5-flash 131072 98304 0 0 0 0
glm-4.5v 64000 16384 0.6 1.8
glm-4.6 204800 131072 0.6 2.2 0.11 0
glm-4.6v 128000 32768 0.3 0.9
glm-4.7 204800 131072 0.6 2.2 0.11 0 reasoning_content
glm-4.7-flash 200000 131072 0 0 0 0
glm-4.7-flashx 200000 131072 0.07 0.4 0.01 0
glm-5 204800 131072 1 3.2 0.2 0 reasoning_content
glm-5-turbo 200000 131072 1.2 4 0.24 0 reasoning_content +s
glm-5.1 200000 131072 1.4 4.4 0.26 0 reasoning_content +s
glm-5.2 1000000 131072 1.4 4.4 0.26 0 reasoning_content +s
glm-5v-turbo 200000 131072 1.2 4 0.24 0 reasoning_content
`,
}
