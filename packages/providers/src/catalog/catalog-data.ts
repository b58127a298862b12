// Made by scripts/make-catalog.mjs from the model catalogue of models.dev (MIT); do not edit.
/* eslint-disable max-lines -- data, one line per model */

/** Day of the newest change in it. */
export const CATALOG_AS_OF = '2026-06-30'

/** Per backend, one line per model; catalog-row.ts says how to read them. */
export const CATALOG_DATA: Readonly<Record<string, string>> = {
  anthropic: `
claude-3-5-sonnet-20240620 200000 8192 3 15 0.3 3.75 @ip !d ^240620 %240430
claude-3-5-sonnet-20241022 200000 8192 3 15 0.3 3.75 @ip !d ^241022 %240430
claude-3-7-sonnet-20250219 200000 64000 3 15 0.3 3.75 +r @ip !d ^250219 %241031
claude-3-haiku-20240307 200000 4096 0.25 1.25 0.03 0.3 @ip !d ^240313 %230831
claude-3-opus-20240229 200000 4096 15 75 1.5 18.75 @ip !d ^240229 %230831
claude-3-sonnet-20240229 200000 4096 3 15 0.3 0.3 @ip !d ^240304 %230831
claude-fable-5 1000000 128000 10 50 1 12.5 +r @ip ^260609
claude-haiku-4-5 200000 64000 1 5 0.1 1.25 +r @ip ^251015 %250228
claude-haiku-4-5-20251001 200000 64000 1 5 0.1 1.25 +r @ip ^251015 %250228
claude-opus-4-0 200000 32000 15 75 1.5 18.75 +r @ip ^250522 %250331
claude-opus-4-1 200000 32000 15 75 1.5 18.75 +r @ip ^250805 %250331
claude-opus-4-1-20250805 200000 32000 15 75 1.5 18.75 +r @ip ^250805 %250331
claude-opus-4-20250514 200000 32000 15 75 1.5 18.75 +r @ip ^250522 %250331
claude-opus-4-5 200000 64000 5 25 0.5 6.25 +r @ip ^251124 %250331
claude-opus-4-5-20251101 200000 64000 5 25 0.5 6.25 +r @ip ^251101 %250331
claude-opus-4-6 1000000 128000 5 25 0.5 6.25 +r @ip ^260205 %250531
claude-opus-4-7 1000000 128000 5 25 0.5 6.25 +r @ip ^260416 %260131
claude-opus-4-8 1000000 128000 5 25 0.5 6.25 +r @ip ^260528
claude-sonnet-4-0 200000 64000 3 15 0.3 3.75 +r @ip ^250522 %250331
claude-sonnet-4-20250514 200000 64000 3 15 0.3 3.75 +r @ip ^250522 %250331
claude-sonnet-4-5 200000 64000 3 15 0.3 3.75 +r @ip ^250929 %250731
claude-sonnet-4-5-20250929 200000 64000 3 15 0.3 3.75 +r @ip ^250929 %250731
claude-sonnet-4-6 1000000 64000 3 15 0.3 3.75 +r @ip ^260217 %250831
claude-sonnet-5 1000000 128000 2 10 0.2 2.5 +r @ip ^260630 %260131
`,
  azure: `
codestral-2501 256000 256000 0.3 0.9 ^250101 %2403
codex-mini 200000 100000 1.5 6 0.375 +r ^250516 %2404
cohere-command-a 256000 8000 2.5 10 +r ^250313 %240601
cohere-command-r-08-2024 128000 4000 0.15 0.6 ^240830 %240601
cohere-command-r-plus-08-2024 128000 4000 2.5 10 ^240830 %240601
deepseek-r1-0528 163840 163840 1.35 5.4 +r ^250528 %2407
deepseek-v3-0324 131072 131072 1.14 4.56 ^250324 %2407
deepseek-v3.1 131072 131072 0.56 1.68 +r ^250821 %2407
deepseek-v3.2 128000 128000 0.58 1.68 +r ^251201 %2407
gpt-4 8192 8192 60 120 ^230314 %2311
gpt-4-32k 32768 32768 60 120 ^230314 %2311
gpt-4-turbo 128000 4096 10 30 @i ^231106 %2312
gpt-4-turbo-vision 128000 4096 10 30 @i ^231106 %2311
gpt-4.1 1047576 32768 2 8 0.5 @i ^250414 %2404
gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 @i ^250414 %2404
gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 @i ^250414 %2404
gpt-4o 128000 16384 2.5 10 1.25 @i ^240513 %2309
gpt-4o-mini 128000 16384 0.15 0.6 0.075 @i ^240718 %2309
gpt-5 272000 128000 1.25 10 0.13 +r @i ^250807 %240930
gpt-5-codex 400000 128000 1.25 10 0.13 +r @i ^250915 %240930
gpt-5-mini 272000 128000 0.25 2 0.03 +r @i ^250807 %240530
gpt-5-nano 272000 128000 0.05 0.4 0.01 +r @i ^250807 %240530
gpt-5-pro 400000 272000 15 120 +r +s @i ^251006 %240930
gpt-5.1 272000 128000 1.25 10 0.125 +r +s @ia =ia ^251114 %240930
gpt-5.1-chat 128000 16384 1.25 10 0.125 +r +s @ia =ia ^251114 %240930
gpt-5.1-codex 400000 128000 1.25 10 0.125 +r +s @ia =ia ^251114 %240930
gpt-5.1-codex-max 400000 128000 1.25 10 0.125 +r +s @i ^251113 %240930
gpt-5.1-codex-mini 400000 128000 0.25 2 0.025 +r +s @i ^251114 %240930
gpt-5.2 400000 128000 1.75 14 0.125 +r +s @i ^251211 %250831
gpt-5.2-chat 128000 16384 1.75 14 0.175 +r +s @i ^251211 %250831
gpt-5.2-codex 400000 128000 1.75 14 0.175 +r +s @i ^260114 %250831
gpt-5.3-chat 128000 16384 1.75 14 0.175 +r +s @i ^260303 %250831
gpt-5.3-codex 400000 128000 1.75 14 0.175 +r +s @i ^260224 %250831
gpt-5.4 1050000 128000 2.5 15 0.25 >272000 5 22.5 0.5 +r +s @ip ^260305 %250831
gpt-5.4-mini 400000 128000 0.75 4.5 0.075 +r +s @ip ^260317 %250831
gpt-5.4-nano 400000 128000 0.2 1.25 0.02 +r +s @ip ^260317 %250831
gpt-5.4-pro 1050000 128000 30 180 >272000 60 270 +r @i ^260305 %250831
gpt-5.5 1050000 128000 5 30 0.5 >272000 10 45 1 +r +s @ip ^260424 %251201
grok-4-1-fast-non-reasoning 128000 8192 0.2 0.5 0.05 @i !b ^250627
grok-4-1-fast-reasoning 128000 8192 0.2 0.5 0.05 +r @i !b ^250627
grok-4-20-non-reasoning 262000 8192 2 6 !b ^260408 %2509
grok-4-20-reasoning 262000 8192 2 6 +r !b ^260408 %2509
grok-4-fast-reasoning 2000000 30000 0.2 0.5 0.05 +r @i ^250919 %2507
kimi-k2-thinking 262144 262144 0.6 2.5 0.15 +r ^251106 %2408
kimi-k2.5 262144 262144 0.6 3 +r +s @i ^260206 %2501
kimi-k2.6 262144 262144 0.95 4 +r +s @i ^260422 %2501
llama-3.2-11b-vision-instruct 128000 8192 0.37 0.37 @i ^240925 %2312
llama-3.2-90b-vision-instruct 128000 8192 2.04 2.04 @i ^240925 %2312
llama-3.3-70b-instruct 128000 32768 0.71 0.71 ^241206 %2312
llama-4-maverick-17b-128e-instruct-fp8 128000 8192 0.25 1 @i ^250405 %2408
llama-4-scout-17b-16e-instruct 128000 8192 0.2 0.78 @i ^250405 %2408
meta-llama-3.1-405b-instruct 128000 32768 5.33 16 ^240723 %2312
meta-llama-3.1-70b-instruct 128000 32768 2.68 3.54 ^240723 %2312
meta-llama-3.1-8b-instruct 128000 32768 0.3 0.61 ^240723 %2312
ministral-3b 128000 8192 0.04 0.04 ^241022 %2403
mistral-large-2411 128000 32768 2 6 ^241101 %2409
mistral-medium-2505 128000 128000 0.4 2 @i ^250507 %2505
mistral-nemo 128000 128000 0.15 0.15 ^240718 %2407
mistral-small-2503 128000 32768 0.1 0.3 @i ^250301 %2409
model-router 128000 16384 0.14 0 @i ^250519
o1 200000 100000 15 60 7.5 +r @i ^241205 %2309
o1-mini 128000 65536 1.1 4.4 0.55 +r ^240912 %2309
o3 200000 100000 2 8 0.5 +r @i ^250416 %2405
o3-mini 200000 100000 1.1 4.4 0.55 +r ^241220 %2405
o4-mini 200000 100000 1.1 4.4 0.275 +r @i ^250416 %2405
phi-4-mini 128000 4096 0.075 0.3 ^241211 %2310
phi-4-mini-reasoning 128000 4096 0.075 0.3 +r ^241211 %2310
`,
  cerebras: `
gpt-oss-120b 131072 40960 0.35 0.75 +r +s ^250805
zai-glm-4.7 131072 40960 2.25 2.75 0 0 +r +s !b ^260107
`,
  cohere: `
c4ai-aya-expanse-32b 128000 4000 ~t ^241024
c4ai-aya-expanse-8b 8000 4000 ~t ^241024
c4ai-aya-vision-32b 16000 4000 ~t @i ^250304
c4ai-aya-vision-8b 16000 4000 ~t @i ^250304
command-a-03-2025 256000 8000 2.5 10 ^250313 %240601
command-a-plus-05-2026 128000 64000 2.5 10 +r +s @i ^260520 %250401
command-a-reasoning-08-2025 256000 32000 2.5 10 +r ^250821 %240601
command-a-translate-08-2025 8000 8000 2.5 10 ^250828 %240601
command-a-vision-07-2025 128000 8000 2.5 10 ~t @i ^250731 %240601
command-r-08-2024 128000 4000 0.15 0.6 ^240830 %240601
command-r-plus-08-2024 128000 4000 2.5 10 ^240830 %240601
command-r7b-12-2024 128000 4000 0.0375 0.15 ^241202 %240601
command-r7b-arabic-02-2025 128000 4000 0.0375 0.15 ^250227 %240601
north-mini-code-1-0 256000 64000 0 0 reasoning_content +r +s ^260609 %250923
`,
  deepseek: `
deepseek-chat 1000000 384000 0.14 0.28 0.0028 ^251201 %2509
deepseek-reasoner 1000000 384000 0.14 0.28 0.0028 reasoning_content +r ^251201 %2509
deepseek-v4-flash 1000000 384000 0.14 0.28 0.0028 reasoning_content +r +s ^260424 %2505
deepseek-v4-pro 1000000 384000 0.435 0.87 0.003625 reasoning_content +r +s ^260424 %2505
`,
  fireworks: `
accounts/fireworks/models/deepseek-v4-flash 1000000 384000 0.14 0.28 0.028 reasoning_content +r +s ^260424 %2505
accounts/fireworks/models/deepseek-v4-pro 1000000 384000 1.74 3.48 0.145 reasoning_content +r +s ^260424 %2505
accounts/fireworks/models/glm-5p1 202800 131072 1.4 4.4 0.26 reasoning_content +r ^260401
accounts/fireworks/models/glm-5p2 1048575 131072 1.4 4.4 0.26 reasoning_content +r ^260616
accounts/fireworks/models/gpt-oss-120b 131072 32768 0.15 0.6 0.015 +r ^250805
accounts/fireworks/models/gpt-oss-20b 131072 32768 0.07 0.3 0.035 +r ^250805
accounts/fireworks/models/kimi-k2p6 262000 262000 0.95 4 0.16 reasoning_content +r @i ^260417
accounts/fireworks/models/kimi-k2p7-code 262000 262000 0.95 4 0.19 reasoning_content +r @i ^260612
accounts/fireworks/models/minimax-m2p7 196608 196608 0.3 1.2 0.06 reasoning_content +r ^260412
accounts/fireworks/models/minimax-m3 512000 512000 0.3 1.2 0.06 reasoning_content +r ^260612
accounts/fireworks/models/qwen3p7-plus 262144 65536 0.4 1.6 0.08 +r @i ^260612
accounts/fireworks/routers/glm-5p1-fast 202800 131072 2.8 8.8 0.52 reasoning_content +r ^260401
accounts/fireworks/routers/glm-5p2-fast 1048575 131072 2.1 6.6 0.21 reasoning_content +r ^260626
accounts/fireworks/routers/kimi-k2p6-fast 262000 262000 2 8 0.3 reasoning_content +r @i ^260417
accounts/fireworks/routers/kimi-k2p6-turbo 262000 262000 2 8 0.3 reasoning_content +r @i ^260417
accounts/fireworks/routers/kimi-k2p7-code-fast 262000 262000 1.9 8 0.38 reasoning_content +r @i ^260612
`,
  google: `
gemini-2.0-flash 1048576 8192 0.1 0.4 0.025 +s @ipav !d ^241211 %2406
gemini-2.0-flash-lite 1048576 8192 0.075 0.3 +s @ipav !d ^241211 %2406
gemini-2.5-flash 1048576 65536 0.3 2.5 0.03 +r +s @ipav ^250617 %2501
gemini-2.5-flash-image 32768 32768 0.3 30 0.075 +r ~t @i =i ^250826 %2506
gemini-2.5-flash-lite 1048576 65536 0.1 0.4 0.01 +r +s @ipav ^250617 %2501
gemini-2.5-pro 1048576 65536 1.25 10 0.125 >200000 2.5 15 0.25 +r +s @ipav ^250617 %2501
gemini-3-flash-preview 1048576 65536 0.5 3 0.05 +r +s @ipav ^251217 %2501
gemini-3-pro-image-preview 131072 32768 2 120 +r ~t @i =i ^251120 %2501
gemini-3-pro-preview 1048576 65536 2 12 0.2 >200000 4 18 0.4 +r +s @ipav !d ^251118 %2501
gemini-3.1-flash-image-preview 65536 65536 0.5 60 +r ~t @ip =i ^260226 %2501
gemini-3.1-flash-lite 1048576 65536 0.25 1.5 0.025 +r +s @ipav ^260507 %2501
gemini-3.1-flash-lite-preview 1048576 65536 0.25 1.5 0.025 +r +s @ipav !d ^260303 %2501
gemini-3.1-pro-preview 1048576 65536 2 12 0.2 >200000 4 18 0.4 +r +s @ipav ^260219 %2501
gemini-3.1-pro-preview-customtools 1048576 65536 2 12 0.2 >200000 4 18 0.4 +r +s @ipav ^260219 %2501
gemini-3.5-flash 1048576 65536 1.5 9 0.15 +r +s @ipav ^260519 %2501
gemini-flash-latest 1048576 65536 0.3 2.5 0.075 +r +s @ipav ^250925 %2501
gemini-flash-lite-latest 1048576 65536 0.1 0.4 0.025 +r +s @ipav ^250925 %2501
gemma-4-26b-a4b-it 262144 32768 +r +s @i ^260402
gemma-4-31b-it 262144 32768 +r +s @i ^260402
`,
  groq: `
groq/compound 131072 8192 ~t ^250904
groq/compound-mini 131072 8192 ~t ^250904
llama-3.1-8b-instant 131072 131072 0.05 0.08 ^240723 %2312
llama-3.3-70b-versatile 131072 32768 0.59 0.79 ^241206 %2312
meta-llama/llama-4-scout-17b-16e-instruct 131072 8192 0.11 0.34 +s @i !b ^250405 %2408
meta-llama/llama-prompt-guard-2-22m 512 512 0.03 0.03 ~t !b ^250529
meta-llama/llama-prompt-guard-2-86m 512 512 0.04 0.04 ~t !b ^250529
openai/gpt-oss-120b 131072 65536 0.15 0.6 0.075 +r +s ^250805
openai/gpt-oss-20b 131072 65536 0.075 0.3 0.0375 +r +s ^250805
openai/gpt-oss-safeguard-20b 131072 65536 0.075 0.3 +r +s !b ^251029
qwen/qwen3-32b 131072 40960 0.29 0.59 +r !b ^250611
`,
  mistral: `
codestral-latest 256000 4096 0.3 0.9 ^240529 %2410
devstral-2512 262144 262144 0.4 2 !d ^251209 %2512
devstral-latest 262144 262144 0.4 2 !d ^251209 %2512
devstral-medium-2507 128000 128000 0.4 2 !d ^250710 %2505
devstral-medium-latest 262144 262144 0.4 2 !d ^251202 %2512
devstral-small-2505 128000 128000 0.1 0.3 !d ^250507 %2505
devstral-small-2507 128000 128000 0.1 0.3 !d ^250710 %2505
labs-devstral-small-2512 256000 256000 0 0 @i !d ^251209 %2512
magistral-medium-latest 128000 16384 2 5 +r ^250317 %2506
magistral-small 128000 128000 0.5 1.5 +r ^250317 %2506
ministral-3b-latest 128000 128000 0.04 0.04 ^241001 %2410
ministral-8b-latest 128000 128000 0.1 0.1 ^241001 %2410
mistral-large-2411 131072 16384 2 6 ^241118 %2411
mistral-large-2512 262144 262144 0.5 1.5 @i ^241101 %2411
mistral-large-latest 262144 262144 0.5 1.5 @i ^241101 %2411
mistral-medium-2505 131072 131072 0.4 2 @i ^250507 %2505
mistral-medium-2508 262144 262144 0.4 2 @i ^250812 %2505
mistral-medium-2604 262144 262144 1.5 7.5 +r +s @i ^260429
mistral-medium-latest 262144 262144 0.4 2 @i ^250812 %2505
mistral-nemo 128000 128000 0.15 0.15 ^240701 %2407
mistral-small-2506 128000 16384 0.1 0.3 @i ^250620 %2503
mistral-small-2603 256000 256000 0.15 0.6 +r @i ^260316 %2506
mistral-small-latest 256000 256000 0.15 0.6 +r @i ^260316 %2506
open-mistral-7b 8000 8000 0.25 0.25 ^230927 %2312
open-mistral-nemo 128000 128000 0.15 0.15 !d ^240701 %2407
open-mixtral-8x22b 64000 64000 2 6 ^240417 %2404
open-mixtral-8x7b 32000 32000 0.7 0.7 ^231211 %2401
pixtral-12b 128000 128000 0.15 0.15 @i ^240901 %2409
pixtral-large-latest 128000 128000 2 6 @i ^241101 %2411
`,
  nvidia: `
abacusai/dracarys-llama-3_1-70b-instruct 128000 8192 0 0 ^240911
bytedance/seed-oss-36b-instruct 262000 262000 0 0 +s ^250904
deepseek-ai/deepseek-v4-flash 1048576 393216 0.14 0.28 0.0028 reasoning_content +r +s ^260424 %2505
deepseek-ai/deepseek-v4-pro 1048576 393216 0.435 0.87 0.003625 reasoning_content +r +s ^260424 %2505
google/gemma-2-2b-it 128000 4096 0 0 +s ^240716
google/gemma-3n-e2b-it 128000 4096 0 0 +s @i ^250612 %2406
google/gemma-3n-e4b-it 128000 4096 0 0 +s @i ^250603 %2406
google/gemma-4-31b-it 256000 16384 0 0 +r @iv ^260402 %2501
meta/llama-3.1-70b-instruct 128000 4096 0 0 +s ^240716
meta/llama-3.1-8b-instruct 16000 4096 0 0 ^250101 %2312
meta/llama-3.2-11b-vision-instruct 128000 4096 0 0 +s @i ^240918 %2312
meta/llama-3.2-1b-instruct 128000 4096 0 0 +s ^240918 %2312
meta/llama-3.2-90b-vision-instruct 128000 8192 0 0 @i ^240925 %2312
meta/llama-3.3-70b-instruct 128000 4096 0 0 +s ^241126
meta/llama-4-maverick-17b-128e-instruct 128000 4096 0 0 +s @i ^250401 %2402
microsoft/phi-4-mini-instruct 131072 8192 0 0 ^241201 %2412
minimaxai/minimax-m2.7 204800 131072 0 0 +r ^260318
minimaxai/minimax-m3 1000000 16384 0 0 +r @iv ^260601
mistralai/mistral-7b-instruct-v03 65536 65536 0 0 +s ^250401
mistralai/mistral-large-3-675b-instruct-2512 262144 262144 0 0 +s @i ^251202 %2501
mistralai/mistral-nemotron 128000 8192 0 0 ^250611
mistralai/mistral-small-4-119b-2603 128000 8192 0 0 +r +s @i ^260316
mistralai/mixtral-8x22b-instruct 65536 13108 0 0 ^240417
mistralai/mixtral-8x7b-instruct 32768 16384 0 0 ^231210
moonshotai/kimi-k2-instruct-0905 262144 262144 0 0 ^250905 %2410
moonshotai/kimi-k2.6 262144 262144 0 0 reasoning_content +r +s @iv ^260421 %2501
nvidia/nemotron-3-nano-30b-a3b 131072 131072 0 0 +r ^2412 %2409
nvidia/nemotron-3-nano-omni-30b-a3b-reasoning 256000 65536 0 0 +r +s @iav ^260428
nvidia/nemotron-3-super-120b-a12b 262144 262144 0.2 0.8 +r ^260311 %2404
nvidia/nemotron-3-ultra-550b-a55b 1000000 65536 0.5 2.5 0.15 +r +s ^260604
nvidia/nemotron-mini-4b-instruct 128000 8192 0 0 ^240821
nvidia/nemotron-voicechat 128000 8192 0 0 @a ^260316
nvidia/nvidia-nemotron-nano-9b-v2 131072 131072 0 0 +r ^250818 %2409
openai/gpt-oss-120b 128000 8192 0 0 +r +s ^250804 %2508
openai/gpt-oss-20b 131072 32768 0 0 +r +s ^250805
qwen/qwen2.5-coder-32b-instruct 128000 4096 0 0 +s ^241106
qwen/qwen3-coder-480b-a35b-instruct 262144 66536 0 0 ^250723 %2504
qwen/qwen3-next-80b-a3b-instruct 262144 16384 0 0 ^241201 %2412
qwen/qwen3.5-122b-a10b 262144 65536 0 0 +r +s @iav ^260223
qwen/qwen3.5-397b-a17b 262144 8192 0 0 +r +s @i ^260216 %2601
sarvamai/sarvam-m 128000 8192 0 0 ^250725
stepfun-ai/step-3.5-flash 256000 16384 0 0 +r ^260202
stepfun-ai/step-3.7-flash 256000 16384 0 0 +r @i ^260528
upstage/solar-10_7b-instruct 128000 8192 0 0 ^240605
z-ai/glm-5.1 131072 131072 0 0 reasoning_content +r +s ^260327
`,
  openai: `
gpt-3.5-turbo 16385 4096 0.5 1.5 0 ~t ^230301 %210901
gpt-4 8192 8192 30 60 ^231106 %2311
gpt-4-turbo 128000 4096 10 30 @i ^231106 %2312
gpt-4.1 1047576 32768 2 8 0.5 +s @ip ^250414 %2404
gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 +s @ip ^250414 %2404
gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 +s @i ^250414 %2404
gpt-4o 128000 16384 2.5 10 1.25 +s @ip ^240513 %2309
gpt-4o-2024-05-13 128000 4096 5 15 +s @i ^240513 %2309
gpt-4o-2024-08-06 128000 16384 2.5 10 1.25 +s @i ^240806 %2309
gpt-4o-2024-11-20 128000 16384 2.5 10 1.25 +s @i ^241120 %2309
gpt-4o-mini 128000 16384 0.15 0.6 0.075 +s @ip ^240718 %2309
gpt-5 400000 128000 1.25 10 0.125 +r +s @i ^250807 %240930
gpt-5-chat-latest 400000 128000 1.25 10 0.125 +r +s ~t @i ^250807 %240930
gpt-5-codex 400000 128000 1.25 10 0.125 +r +s @i ^250915 %240930
gpt-5-mini 400000 128000 0.25 2 0.025 +r +s @i ^250807 %240530
gpt-5-nano 400000 128000 0.05 0.4 0.005 +r +s @i ^250807 %240530
gpt-5-pro 400000 272000 15 120 +r +s @i ^251006 %240930
gpt-5.1 400000 128000 1.25 10 0.125 +r +s @i ^251113 %240930
gpt-5.1-chat-latest 128000 16384 1.25 10 0.125 +r +s @i ^251113 %240930
gpt-5.1-codex 400000 128000 1.25 10 0.125 +r +s @i ^251113 %240930
gpt-5.1-codex-max 400000 128000 1.25 10 0.125 +r +s @i ^251113 %240930
gpt-5.1-codex-mini 400000 128000 0.25 2 0.025 +r +s @i ^251113 %240930
gpt-5.2 400000 128000 1.75 14 0.175 +r +s @i ^251211 %250831
gpt-5.2-chat-latest 128000 16384 1.75 14 0.175 +r +s @i ^251211 %250831
gpt-5.2-codex 400000 128000 1.75 14 0.175 +r +s @ip ^251211 %250831
gpt-5.2-pro 400000 128000 21 168 +r @i ^251211 %250831
gpt-5.3-chat-latest 128000 16384 1.75 14 0.175 +s @i ^260303 %250831
gpt-5.3-codex 400000 128000 1.75 14 0.175 +r +s @ip ^260205 %250831
gpt-5.3-codex-spark 128000 32000 1.75 14 0.175 +r +s @ip ^260205 %250831
gpt-5.4 1050000 128000 2.5 15 0.25 >272000 5 22.5 0.5 +r +s @ip ^260305 %250831
gpt-5.4-mini 400000 128000 0.75 4.5 0.075 +r +s @i ^260317 %250831
gpt-5.4-nano 400000 128000 0.2 1.25 0.02 +r +s @i ^260317 %250831
gpt-5.4-pro 1050000 128000 30 180 >272000 60 270 +r @i ^260305 %250831
gpt-5.5 1050000 128000 5 30 0.5 >272000 10 45 1 +r +s @ip ^260423 %251201
gpt-5.5-pro 1050000 128000 30 180 >272000 60 270 +r +s @ip ^260423 %251201
o1 200000 100000 15 60 7.5 +r +s @ip ^241205 %2309
o1-pro 200000 100000 150 600 +r +s @i ^250319 %2309
o3 200000 100000 2 8 0.5 +r +s @ip ^250416 %2405
o3-deep-research 200000 100000 10 40 2.5 +r @i ^240626 %2405
o3-mini 200000 100000 1.1 4.4 0.55 +r +s ^241220 %2405
o3-pro 200000 100000 20 80 +r +s @i ^250610 %2405
o4-mini 200000 100000 1.1 4.4 0.275 +r +s @i ^250416 %2405
o4-mini-deep-research 200000 100000 2 8 0.5 +r @i ^240626 %2405
`,
  openrouter: `
ai21/jamba-large-1.7 256000 4096 2 8 ^250808 %240831
amazon/nova-2-lite-v1 1000000 65535 0.3 2.5 +r @ipv ^251202
amazon/nova-lite-v1 300000 5120 0.06 0.24 @i ^241205 %241031
amazon/nova-micro-v1 128000 5120 0.035 0.14 ^241205 %241031
amazon/nova-premier-v1 1000000 32000 2.5 12.5 0.625 @i ^251031
amazon/nova-pro-v1 300000 5120 0.8 3.2 @i ^241205 %241031
anthropic/claude-3-haiku 200000 4096 0.25 1.25 0.03 0.3 @i ^240313 %230831
anthropic/claude-haiku-4.5 200000 64000 1 5 0.1 1.25 +r +s @ip ^251015 %250228
anthropic/claude-opus-4 200000 32000 15 75 1.5 18.75 +r @ip ^250522 %250131
anthropic/claude-opus-4.1 200000 32000 15 75 1.5 18.75 +r +s @ip ^250805 %250331
anthropic/claude-opus-4.5 200000 64000 5 25 0.5 6.25 +r +s @ip ^251124 %250331
anthropic/claude-opus-4.6 1000000 128000 5 25 0.5 6.25 >200000 10 37.5 1 12.5 +r +s @ip ^260205 %250531
anthropic/claude-opus-4.7 1000000 128000 5 25 0.5 6.25 >200000 10 37.5 1 12.5 +r +s @ip ^260416 %260131
anthropic/claude-opus-4.7-fast 1000000 128000 30 150 3 37.5 +r +s @ip ^260512
anthropic/claude-opus-4.8 1000000 128000 5 25 0.5 6.25 +r +s @ip ^260528
anthropic/claude-opus-4.8-fast 1000000 128000 10 50 1 12.5 +r +s @ip ^260527
anthropic/claude-sonnet-4 1000000 64000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5 +r @ip ^250522 %250131
anthropic/claude-sonnet-4.5 1000000 64000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5 +r +s @ip ^250929 %250731
anthropic/claude-sonnet-4.6 1000000 128000 3 15 0.3 3.75 >200000 6 22.5 0.6 7.5 +r +s @ip ^260217 %250831
anthropic/claude-sonnet-5 1000000 128000 2 10 0.2 2.5 +r +s @ip ^260630 %260131
arcee-ai/trinity-large-thinking 262144 80000 0.25 0.8 0.06 +r ^260401
arcee-ai/trinity-mini 131072 131072 0.045 0.15 +r +s ^251201
arcee-ai/virtuoso-large 131072 64000 0.75 1.2 ^250505 %250331
bytedance-seed/seed-1.6 262144 32768 0.25 2 +r +s @iv ^251223
bytedance-seed/seed-1.6-flash 262144 32768 0.075 0.3 +r +s @iv ^251223
bytedance-seed/seed-2.0-lite 262144 131072 0.25 2 +r +s @iv ^260310
bytedance-seed/seed-2.0-mini 262144 131072 0.1 0.4 +r +s @iv ^260226
cohere/command-r-08-2024 128000 4000 0.15 0.6 +s ^240830 %240601
cohere/command-r-plus-08-2024 128000 4000 2.5 10 +s ^240830 %240601
cohere/north-mini-code:free 256000 64000 0 0 +r ^260617
deepseek/deepseek-chat 128000 16000 0.2002 0.8001 +s ^251201 %2509
deepseek/deepseek-chat-v3-0324 163840 16384 0.2 0.77 0.135 +s ^250324 %240731
deepseek/deepseek-chat-v3.1 163840 32768 0.21 0.79 0.13 +r +s ^250821 %250331
deepseek/deepseek-r1 64000 16000 0.7 2.5 +r +s ^250120 %2407
deepseek/deepseek-r1-0528 163840 32768 0.5 2.15 0.35 +r +s ^250528 %250331
deepseek/deepseek-v3.1-terminus 163840 32768 0.27 0.95 0.13 +r +s ^250922 %250331
deepseek/deepseek-v3.2 128000 64000 0.2288 0.3432 0.02288 +r +s ^251201 %2407
deepseek/deepseek-v3.2-exp 163840 65536 0.27 0.41 +r +s ^250929 %250731
deepseek/deepseek-v4-flash 1048575 65536 0.098 0.196 0.02 reasoning_content +r +s ^260424 %2505
deepseek/deepseek-v4-pro 1048576 384000 0.435 0.87 0.003625 reasoning_content +r +s ^260424 %2505
google/gemini-2.5-flash 1048576 65535 0.3 2.5 0.03 0.083333 +r +s @ipav ^250617 %2501
google/gemini-2.5-flash-lite 1048576 65535 0.1 0.4 0.01 0.083333 +r +s @ipav ^250617 %2501
google/gemini-2.5-flash-lite-preview-09-2025 1048576 65535 0.1 0.4 0.01 0.083333 +r +s @ipav ^250925 %250131
google/gemini-2.5-pro 1048576 65536 1.25 10 0.125 0.375 +r +s @ipav ^250617 %2501
google/gemini-2.5-pro-preview 1048576 65536 1.25 10 0.125 0.375 +r +s @ipa ^250605 %250131
google/gemini-2.5-pro-preview-05-06 1048576 65535 1.25 10 0.125 0.375 +r +s @ipav ^250507 %250131
google/gemini-3-flash-preview 1048576 65535 0.5 3 0.05 0.083333 reasoning_details +r +s @ipav ^251217 %2501
google/gemini-3-pro-image 65536 32768 2 12 0.2 0.375 +r +s @i =i ^260618
google/gemini-3.1-flash-lite 1048576 65536 0.25 1.5 0.025 0.083333 +r +s @ipav ^260507 %2501
google/gemini-3.1-flash-lite-preview 1048576 65536 0.25 1.5 0.025 0.083333 +r +s @ipav ^260303 %2501
google/gemini-3.1-pro-preview 1048576 65536 2 12 0.2 0.375 >200000 4 18 0.4 reasoning_details +r +s @ipav ^260219 %2501
google/gemini-3.1-pro-preview-customtools 1048576 65536 2 12 0.2 0.375 >200000 4 18 0.4 reasoning_details +r +s @ipav ^260219 %2501
google/gemini-3.5-flash 1048576 65536 1.5 9 0.15 0.083333 +r +s @ipav ^260519 %2501
google/gemma-3-12b-it 131072 16384 0.05 0.15 +s @i ^250313 %240831
google/gemma-3-27b-it 131072 16384 0.08 0.16 +s @i ^250312 %240831
google/gemma-4-26b-a4b-it 262144 262144 0.06 0.33 +r +s @iv ^260402
google/gemma-4-26b-a4b-it:free 131072 32768 0 0 +r +s @iv ^260402
google/gemma-4-31b-it 262144 262144 0.12 0.35 0.09 +r +s @iv ^260402
google/gemma-4-31b-it:free 262144 8192 0 0 +r @iv ^260402
ibm-granite/granite-4.1-8b 131072 131072 0.05 0.1 0.05 +s ^260430
inception/mercury-2 128000 50000 0.25 0.75 0.025 +r +s ^260304
inclusionai/ling-2.6-1t 262144 32768 0.075 0.625 0.015 +s ^260423
inclusionai/ling-2.6-flash 262144 32768 0.01 0.03 0.002 +s ^260421
inclusionai/ring-2.6-1t 262144 65536 0.075 0.625 0.015 +r ^260508
kwaipilot/kat-coder-pro-v2 256000 80000 0.3 1.2 0.06 +s ^260327
liquid/lfm-2.5-1.2b-thinking:free 32768 32768 0 0 +r +s ^260120 %2506
meta-llama/llama-3.1-70b-instruct 131072 16384 0.4 0.4 +s ^240723 %231231
meta-llama/llama-3.1-8b-instruct 131072 16384 0.02 0.03 +s ^240723 %231231
meta-llama/llama-3.3-70b-instruct 131072 16384 0.1 0.32 +s ^241206 %2312
meta-llama/llama-3.3-70b-instruct:free 65536 131072 0 0 ^241206 %2312
meta-llama/llama-4-maverick 1048576 16384 0.15 0.6 +s @i ^250405 %240831
meta-llama/llama-4-scout 327680 16384 0.1 0.3 +s @i ^250405 %240831
minimax/minimax-m1 1000000 40000 0.4 2.2 +r ^250617 %240630
minimax/minimax-m2 196608 196608 0.255 1 0.03 reasoning_details +r +s ^251027
minimax/minimax-m2.1 196608 196608 0.29 0.95 0.03 reasoning_details +r +s ^251223
minimax/minimax-m2.5 196608 196608 0.12 0.48 reasoning_details +r +s ^260212
minimax/minimax-m2.7 196608 196608 0.18 0.72 +r +s ^260318
minimax/minimax-m3 524288 512000 0.3 1.2 0.06 +r +s @iv ^260601
mistralai/codestral-2508 256000 256000 0.3 0.9 0.03 +s @p ^250801 %250331
mistralai/devstral-2512 262144 262144 0.4 2 0.04 +s @p !d ^251209 %2512
mistralai/ministral-14b-2512 262144 262144 0.2 0.2 0.02 +s @i ^251202
mistralai/ministral-3b-2512 131072 131072 0.1 0.1 0.01 +s @i ^251202
mistralai/ministral-8b-2512 262144 262144 0.15 0.15 0.015 +s @i ^251202
mistralai/mistral-large 128000 128000 2 6 0.2 +s @p ^240226 %241130
mistralai/mistral-large-2407 131072 131072 2 6 0.2 +s @p ^241119 %240331
mistralai/mistral-large-2512 262144 262144 0.5 1.5 0.05 +s @ip ^241101 %2411
mistralai/mistral-medium-3 131072 131072 0.4 2 0.04 +s @ip ^250507 %250331
mistralai/mistral-medium-3-5 262144 262144 1.5 7.5 +r +s @ip ^260430
mistralai/mistral-medium-3.1 131072 262144 0.4 2 0.04 +s @ip ^250813 %250630
mistralai/mistral-nemo 131072 131072 0.02 0.03 +s ^240701 %2407
mistralai/mistral-saba 32768 32768 0.2 0.6 0.02 +s @p ^250217 %240930
mistralai/mistral-small-2603 262144 262144 0.15 0.6 0.015 +r +s @i ^260316 %2506
mistralai/mistral-small-3.2-24b-instruct 128000 16384 0.075 0.2 +s @i ^250620 %231031
mistralai/mixtral-8x22b-instruct 65536 65536 2 6 0.2 +s @p ^240417 %240131
mistralai/voxtral-small-24b-2507 32000 32000 0.1 0.3 0.01 +s @pa ^251030
moonshotai/kimi-k2 131072 100352 0.57 2.3 ^250711 %241231
moonshotai/kimi-k2-0905 262144 100352 0.6 2.5 +s ^250904 %241231
moonshotai/kimi-k2-thinking 262144 262144 0.6 2.5 0.6 reasoning_details +r +s ^251106 %2408
moonshotai/kimi-k2.5 256000 256000 0.375 2.025 reasoning_details +r +s @i ^2601 %2501
moonshotai/kimi-k2.6 262144 262144 0.55 3.2 0.11 reasoning_details +r +s @i ^260421 %2501
moonshotai/kimi-k2.7-code 262144 16384 0.74 3.5 0.15 +r +s @i ^260612 %2501
nvidia/llama-3.3-nemotron-super-49b-v1.5 131072 16384 0.4 0.4 +r ^250725
nvidia/nemotron-3-nano-30b-a3b 262144 228000 0.05 0.2 +r +s ^251215
nvidia/nemotron-3-nano-30b-a3b:free 256000 256000 0 0 +r ^251215
nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free 256000 65536 0 0 +r @iav ^260428
nvidia/nemotron-3-super-120b-a12b 262144 16384 0.085 0.4 +r +s ^260311
nvidia/nemotron-3-super-120b-a12b:free 262144 262144 0 0 +r +s ^260311
nvidia/nemotron-3-ultra-550b-a55b 262144 16384 0.5 2.2 0.1 +r +s ^260604
nvidia/nemotron-3-ultra-550b-a55b:free 1000000 65536 0 0 +r ^260604
nvidia/nemotron-nano-12b-v2-vl:free 128000 128000 0 0 +r @iv ^251028
nvidia/nemotron-nano-9b-v2:free 128000 128000 0 0 +r +s ^250818
openai/gpt-3.5-turbo 16385 4096 0.5 1.5 +s ^230301 %210901
openai/gpt-3.5-turbo-0613 4095 4096 1 2 +s ^240125 %210930
openai/gpt-3.5-turbo-16k 16385 4096 3 4 +s ^230828 %210930
openai/gpt-4 8191 4096 30 60 +s ^231106 %2311
openai/gpt-4-turbo 128000 4096 10 30 +s @i ^231106 %2312
openai/gpt-4-turbo-preview 128000 4096 10 30 +s ^240125 %231231
openai/gpt-4.1 1047576 32768 2 8 0.5 +s @ip ^250414 %2404
openai/gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 +s @ip ^250414 %2404
openai/gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 +s @ip ^250414 %2404
openai/gpt-4o 128000 16384 2.5 10 +s @ip ^240513 %2309
openai/gpt-4o-2024-05-13 128000 4096 5 15 +s @ip ^240513 %2309
openai/gpt-4o-2024-08-06 128000 16384 2.5 10 1.25 +s @ip ^240806 %2309
openai/gpt-4o-2024-11-20 128000 16384 2.5 10 1.25 +s @ip ^241120 %2309
openai/gpt-4o-mini 128000 16384 0.15 0.6 0.075 +s @ip ^240718 %2309
openai/gpt-4o-mini-2024-07-18 128000 16384 0.15 0.6 0.075 +s @ip ^240718 %231031
openai/gpt-5 400000 128000 1.25 10 0.125 +r +s @ip ^250807 %240930
openai/gpt-5-codex 400000 128000 1.25 10 0.125 +r +s @i ^250915 %240930
openai/gpt-5-mini 400000 128000 0.25 2 0.025 +r +s @ip ^250807 %240530
openai/gpt-5-nano 400000 128000 0.05 0.4 0.01 +r +s @ip ^250807 %240530
openai/gpt-5-pro 400000 128000 15 120 +r +s @ip ^251006 %240930
openai/gpt-5.1 400000 128000 1.25 10 0.13 +r +s @ip ^251113 %240930
openai/gpt-5.1-chat 128000 32000 1.25 10 0.13 +s @ip ^251113 %240930
openai/gpt-5.1-codex 400000 128000 1.25 10 0.13 +r +s @i ^251113 %240930
openai/gpt-5.1-codex-max 400000 128000 1.25 10 0.125 +r +s @i ^251113 %240930
openai/gpt-5.1-codex-mini 400000 100000 0.25 2 0.025 +r +s @i ^251113 %240930
openai/gpt-5.2 400000 128000 1.75 14 0.175 +r +s @ip ^251211 %250831
openai/gpt-5.2-chat 128000 16384 1.75 14 0.175 +s @ip ^251210 %250831
openai/gpt-5.2-codex 400000 128000 1.75 14 0.175 +r +s @i ^251211 %250831
openai/gpt-5.2-pro 400000 128000 21 168 +r +s @ip ^251211 %250831
openai/gpt-5.3-chat 128000 16384 1.75 14 0.175 +s @ip ^260303
openai/gpt-5.3-codex 400000 128000 1.75 14 0.175 +r +s @ip ^260205 %250831
openai/gpt-5.4 1050000 128000 2.5 15 0.25 +r +s @ip ^260305 %250831
openai/gpt-5.4-mini 400000 128000 0.75 4.5 0.075 +r +s @ip ^260317 %250831
openai/gpt-5.4-nano 400000 128000 0.2 1.25 0.02 +r +s @ip ^260317 %250831
openai/gpt-5.4-pro 1050000 128000 30 180 +r +s @ip ^260305 %250831
openai/gpt-5.5 1050000 128000 5 30 0.5 +r +s @ip ^260423 %251201
openai/gpt-5.5-pro 1050000 128000 30 180 +r +s @ip ^260423 %251201
openai/gpt-audio 128000 16384 2.5 10 +s @a =a ^260119
openai/gpt-audio-mini 128000 16384 0.6 2.4 +s @a =a ^260119
openai/gpt-chat-latest 400000 128000 5 30 0.5 +s @ip ^260505
openai/gpt-oss-120b 131072 131072 0.03 0.15 +r +s ^250805
openai/gpt-oss-120b:free 131072 131072 0 0 +r ^250805
openai/gpt-oss-20b 131072 131072 0.029 0.14 +r +s ^250805 %240630
openai/gpt-oss-20b:free 131072 32768 0 0 +r +s ^250805 %240630
openai/gpt-oss-safeguard-20b 131072 65536 0.075 0.3 0.0375 +r +s ^251029
openai/o1 200000 100000 15 60 7.5 +r +s @ip ^241205 %2309
openai/o3 200000 100000 2 8 0.5 +r +s @ip ^250416 %2405
openai/o3-deep-research 200000 100000 10 40 2.5 +r +s @ip ^240626 %2405
openai/o3-mini 200000 100000 1.1 4.4 0.55 +r +s @p ^241220 %2405
openai/o3-mini-high 200000 100000 1.1 4.4 0.55 +r +s @p ^250212 %231031
openai/o3-pro 200000 100000 20 80 +r +s @ip ^250610 %2405
openai/o4-mini 200000 100000 1.1 4.4 0.275 +r +s @ip ^250416 %2405
openai/o4-mini-deep-research 200000 100000 2 8 0.5 +r +s @ip ^240626 %2405
openai/o4-mini-high 200000 100000 1.1 4.4 0.275 +r +s @ip ^250416 %240630
openrouter/auto 2000000 2000000 +r +s @ipav =i ^231108
openrouter/free 200000 8000 0 0 +r +s @i ^260201
poolside/laguna-m.1 262144 32768 0.2 0.4 0.1 +r ^260428
poolside/laguna-m.1:free 262144 32768 0 0 reasoning_content +r ^260428
poolside/laguna-xs.2 262144 32768 0.1 0.2 0.05 +r ^260428
poolside/laguna-xs.2:free 262144 32768 0 0 reasoning_content +r ^260428
qwen/qwen-2.5-72b-instruct 32768 16384 0.36 0.4 +s ^240919 %240630
qwen/qwen-2.5-7b-instruct 32768 32768 0.04 0.1 +s ^241016 %240630
qwen/qwen-plus 1000000 32768 0.26 0.78 0.052 0.325 +s ^240125 %2404
qwen/qwen-plus-2025-07-28 1000000 32768 0.26 0.78 +s ^250908 %250331
qwen/qwen-plus-2025-07-28:thinking 1000000 32768 0.26 0.78 - 0.325 +r +s ^250908 %250331
qwen/qwen3-14b 40960 40960 0.1 0.24 +r +s ^250428 %250331
qwen/qwen3-235b-a22b 131072 8192 0.455 1.82 +r ^2504 %2504
qwen/qwen3-235b-a22b-2507 262144 16384 0.09 0.1 +s ^250721 %250630
qwen/qwen3-235b-a22b-thinking-2507 131072 262144 0.1495 1.495 +r +s ^250725 %250630
qwen/qwen3-30b-a3b 40960 16384 0.12 0.5 +r +s ^250428 %250331
qwen/qwen3-30b-a3b-instruct-2507 128000 32000 0.04815 0.19305 +s ^250729 %250630
qwen/qwen3-30b-a3b-thinking-2507 131072 131072 0.08 0.4 0.08 +r +s ^250828 %250630
qwen/qwen3-32b 40960 16384 0.08 0.28 +r +s ^2504 %2504
qwen/qwen3-8b 40960 8192 0.05 0.4 0.05 +r +s ^250428 %250331
qwen/qwen3-coder 262144 65536 0.22 1.8 +s ^250723 %250630
qwen/qwen3-coder-30b-a3b-instruct 160000 32768 0.07 0.27 +s ^2504 %2504
qwen/qwen3-coder-flash 1000000 65536 0.195 0.975 0.039 0.24375 ^250728 %2504
qwen/qwen3-coder-next 262144 262144 0.11 0.8 0.07 +s ^260204
qwen/qwen3-coder-plus 1000000 65536 0.65 3.25 0.13 0.8125 +s ^250723 %2504
qwen/qwen3-coder:free 262000 262000 0 0 ^250723 %250630
qwen/qwen3-max 262144 32768 0.78 3.9 0.156 0.975 +s ^250923 %2504
qwen/qwen3-max-thinking 262144 32768 0.78 3.9 +r +s ^260209
qwen/qwen3-next-80b-a3b-instruct 262144 16384 0.09 1.1 +s ^2509 %2504
qwen/qwen3-next-80b-a3b-instruct:free 262144 262144 0 0 +s ^2509 %2504
qwen/qwen3-next-80b-a3b-thinking 131072 32768 0.0975 0.78 +r +s ^2509 %2504
qwen/qwen3-vl-235b-a22b-instruct 262144 16384 0.2 0.88 0.11 +s @i ^250923 %250331
qwen/qwen3-vl-235b-a22b-thinking 131072 32768 0.26 2.6 +r +s @i ^250923 %250331
qwen/qwen3-vl-30b-a3b-instruct 131072 32768 0.13 0.52 +s @i ^251006 %250331
qwen/qwen3-vl-30b-a3b-thinking 131072 32768 0.13 1.56 +r +s @i ^251006 %250331
qwen/qwen3-vl-32b-instruct 131072 32768 0.104 0.416 +s @i ^251023
qwen/qwen3-vl-8b-instruct 131072 32768 0.08 0.5 +s @i ^251014
qwen/qwen3-vl-8b-thinking 131072 32768 0.117 1.365 +r +s @i ^251014
qwen/qwen3.5-122b-a10b 262144 262144 0.26 2.08 +r +s @iv ^260223
qwen/qwen3.5-27b 262144 65536 0.195 1.56 +r +s @iv ^260223
qwen/qwen3.5-35b-a3b 262144 81920 0.14 1 0.05 +r +s @iv ^260223
qwen/qwen3.5-397b-a17b 131072 64000 0.385 2.45 +r +s @iv ^260215
qwen/qwen3.5-9b 262144 262144 0.1 0.15 +r +s @iv ^260223
qwen/qwen3.5-flash-02-23 1000000 65536 0.065 0.26 +r +s @iv ^260225
qwen/qwen3.5-plus-02-15 1000000 65536 0.26 1.56 +r +s @iv ^260216 %2504
qwen/qwen3.5-plus-20260420 1000000 65536 0.3 1.8 - 0.375 +r +s @iv ^260427
qwen/qwen3.6-27b 262140 262140 0.285 2.4 +r +s @iv ^260422
qwen/qwen3.6-35b-a3b 262144 262144 0.14 1 +r +s @iv ^260417
qwen/qwen3.6-flash 1000000 65536 0.1875 1.125 - 0.234375 +r +s @iv ^260427
qwen/qwen3.6-max-preview 262144 65536 1.04 6.24 - 1.3 +r +s ^260420 %2504
qwen/qwen3.6-plus 1000000 65536 0.325 1.95 - 0.40625 +r +s @iv ^260402 %2504
qwen/qwen3.7-max 1000000 65536 1.25 3.75 0.25 1.5625 +r +s ^260521
qwen/qwen3.7-plus 1000000 65536 0.32 1.28 0.064 0.4 +r +s @i ^260602 %2504
rekaai/reka-edge 16384 16384 0.1 0.1 +s @iv ^260320
relace/relace-search 256000 128000 1 3 ^251208
sakana/fugu-ultra 1000000 128000 5 30 0.5 +r +s @i ^260624
sao10k/l3.1-euryale-70b 131072 16384 0.85 0.85 +s ^240828 %231231
stepfun/step-3.5-flash 262144 65536 0.1 0.3 +r ^260129 %2501
stepfun/step-3.7-flash 256000 256000 0.2 1.15 0.04 +r +s @iv ^260529 %260101
tencent/hy3-preview 262144 262144 0.063 0.21 0.021 +r ^260420
thedrummer/unslopnemo-12b 32768 32768 0.4 0.4 +s ^241108 %240430
upstage/solar-pro-3 128000 128000 0.15 0.6 0.015 +r +s ^260127
x-ai/grok-4.20 2000000 2000000 1.25 2.5 0.2 +r +s @ip ^260331 %250901
x-ai/grok-4.3 1000000 1000000 1.25 2.5 0.2 >200000 2.5 5 0.4 +r +s @ip ^260417
x-ai/grok-build-0.1 256000 256000 1 2 0.2 +r +s @i ^260416
xiaomi/mimo-v2.5 32000 131072 0.105 0.28 reasoning_details +r +s @iav ^260422 %2412
xiaomi/mimo-v2.5-pro 1048576 131072 0.435 0.87 0.0036 reasoning_content +r +s ^260422 %2412
z-ai/glm-4.5 131072 98304 0.6 2.2 0.11 +r ^250728 %2504
z-ai/glm-4.5-air 131072 98304 0.13 0.85 0.025 +r ^250728 %2504
z-ai/glm-4.5v 65536 16384 0.6 1.8 0.11 +r @i ^250811 %2504
z-ai/glm-4.6 202752 131072 0.43 1.74 0.08 +r +s ^250930 %2504
z-ai/glm-4.6v 131072 32768 0.3 0.9 0.055 +r @iv ^251208 %2504
z-ai/glm-4.7 202752 131072 0.4 1.75 0.08 reasoning_details +r +s ^251222 %2504
z-ai/glm-4.7-flash 202752 16384 0.06 0.4 0.01 reasoning_details +r +s ^260119 %2504
z-ai/glm-5 202752 128000 0.6 1.92 0.12 reasoning_content +r +s ^260212
z-ai/glm-5-turbo 262144 131072 1.2 4 0.24 reasoning_content +r ^260316
z-ai/glm-5.1 65536 128000 0.975 4.3 reasoning_content +r +s ^260407
z-ai/glm-5.2 1048576 32768 0.93 3 0.18 reasoning_content +r +s ^260613
z-ai/glm-5v-turbo 202752 131072 1.2 4 0.24 +r @iv ^260401
~anthropic/claude-fable-latest 1000000 128000 10 50 1 12.5 +r +s @ip ^260609
~anthropic/claude-haiku-latest 200000 64000 1 5 0.1 1.25 +r +s @ip ^260427
~anthropic/claude-opus-latest 1000000 128000 5 25 0.5 6.25 +r +s @ip ^260421
~anthropic/claude-sonnet-latest 1000000 128000 2 10 0.2 2.5 +r +s @ip ^260427
~google/gemini-flash-latest 1048576 65536 1.5 9 0.15 0.083333 +r +s @ipav ^260427 %250101
~google/gemini-pro-latest 1048576 65536 2 12 0.2 0.375 +r +s @ipav ^260427
~moonshotai/kimi-latest 262144 262144 0.55 3.2 0.11 +r +s @i ^260427
~openai/gpt-latest 1050000 128000 5 30 0.5 +r +s @ip ^260427 %251201
~openai/gpt-mini-latest 400000 128000 0.75 4.5 0.075 +r +s @ip ^260427 %250831
`,
  perplexity: `
sonar 128000 4096 1 1 ~t ^240101 %250901
sonar-deep-research 128000 32768 +r ~t ^250201 %2501
sonar-pro 200000 8192 3 15 ~t @i ^240101 %250901
sonar-reasoning-pro 128000 4096 2 8 +r ~t @i ^240101 %250901
`,
  together: `
LiquidAI/LFM2-24B-A2B 32768 32768 0.03 0.12 ~t ^260225
MiniMaxAI/MiniMax-M2.5 204800 131072 0.3 1.2 0.06 +r !d ^260212
MiniMaxAI/MiniMax-M2.7 202752 131072 0.3 1.2 0.06 +r +s ^260318
MiniMaxAI/MiniMax-M3 524288 250000 0.3 1.2 0.06 +r +s @i ^260612
Qwen/Qwen2.5-7B-Instruct-Turbo 32768 32768 0.3 0.3 +s ^240919
Qwen/Qwen3-235B-A22B-Instruct-2507-tput 262144 262144 0.2 0.6 ^250725 %2507
Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8 262144 262144 2 2 !d ^250723 %2504
Qwen/Qwen3-Coder-Next-FP8 262144 262144 0.5 1.2 !d ^260203 %260203
Qwen/Qwen3.5-397B-A17B 262144 130000 0.6 3.6 +r @i ^260216
Qwen/Qwen3.5-9B 262144 65536 0.17 0.25 +r +s @i ^260303
Qwen/Qwen3.6-Plus 1000000 500000 0.5 3 +r ^260430
Qwen/Qwen3.7-Max 1000000 500000 1.25 3.75 ^260521
deepcogito/cogito-v2-1-671b 163840 163840 1.25 1.25 +r ~t ^251113
deepseek-ai/DeepSeek-R1 163839 163839 3 7 +r ~t !d ^250120 %2407
deepseek-ai/DeepSeek-V3 131072 131072 1.25 1.25 !d ^241226 %2407
deepseek-ai/DeepSeek-V3-1 131072 131072 0.6 1.7 +r !d ^250821 %2508
deepseek-ai/DeepSeek-V4-Pro 512000 384000 1.74 3.48 0.2 reasoning_content +r +s ^260424
essentialai/Rnj-1-Instruct 32768 32768 0.15 0.15 ^251205 %2410
google/gemma-3n-E4B-it 32768 32768 0.06 0.12 +s ~t ^250520
google/gemma-4-31B-it 262144 131072 0.39 0.97 +r +s @i ^260407 %2501
meta-llama/Llama-3.3-70B-Instruct-Turbo 131072 131072 0.88 0.88 ^241206 %2312
meta-llama/Meta-Llama-3-8B-Instruct-Lite 8192 8192 0.14 0.14 ~t ^240418
moonshotai/Kimi-K2.5 262144 262144 0.5 2.8 +r @i !d ^260127 %2601
moonshotai/Kimi-K2.6 262144 131000 1.2 4.5 0.2 +r +s @iv ^260421 %2501
moonshotai/Kimi-K2.7-Code 262144 131072 0.95 4 0.19 +r +s ^260614
nvidia/nemotron-3-ultra-550b-a55b 512300 512300 0.6 3.6 0.2 +r +s ^260604
openai/gpt-oss-120b 131072 131072 0.15 0.6 +r ^250805 %2508
openai/gpt-oss-20b 131072 131072 0.05 0.2 +r +s ^250805
pearl-ai/gemma-4-31b-it 32000 32000 0.28 0.86 +r ~t ^260407
zai-org/GLM-5 202752 131072 1 3.2 reasoning_content +r +s ^260211
zai-org/GLM-5.1 202752 131072 1.4 4.4 +r +s ^260407 %2511
zai-org/GLM-5.2 262144 164000 1.4 4.4 0.26 reasoning_content +r +s ^260616
`,
  xai: `
grok-4.20-0309-non-reasoning 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +s @ip ^260309
grok-4.20-0309-reasoning 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +r +s @ip ^260309
grok-4.20-multi-agent-0309 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +r +s ~t @ip ^260309
grok-4.3 1000000 30000 1.25 2.5 0.2 >200000 2.5 5 0.4 +r +s @ip ^260417
grok-build-0.1 256000 256000 1 2 0.2 >200000 2 4 0.4 +r +s @ip ^260416
`,
  zai: `
glm-4.5 131072 98304 0.6 2.2 0.11 0 +r ^250728 %2504
glm-4.5-air 131072 98304 0.2 1.1 0.03 0 +r ^250728 %2504
glm-4.5-flash 131072 98304 0 0 0 0 +r ^250728 %2504
glm-4.5v 64000 16384 0.6 1.8 +r @iv ^250811 %2504
glm-4.6 204800 131072 0.6 2.2 0.11 0 +r ^250930 %2504
glm-4.6v 128000 32768 0.3 0.9 +r @iv ^251208 %2504
glm-4.7 204800 131072 0.6 2.2 0.11 0 reasoning_content +r ^251222 %2504
glm-4.7-flash 200000 131072 0 0 0 0 +r ^260119 %2504
glm-4.7-flashx 200000 131072 0.07 0.4 0.01 0 +r ^260119 %2504
glm-5 204800 131072 1 3.2 0.2 0 reasoning_content +r ^260212
glm-5-turbo 200000 131072 1.2 4 0.24 0 reasoning_content +r +s ^260316
glm-5.1 200000 131072 1.4 4.4 0.26 0 reasoning_content +r +s ^260407
glm-5.2 1000000 131072 1.4 4.4 0.26 0 reasoning_content +r +s ^260613
glm-5v-turbo 200000 131072 1.2 4 0.24 0 reasoning_content +r @ipv ^260401
`,
}
