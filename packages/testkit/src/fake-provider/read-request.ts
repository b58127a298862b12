import { isJsonObject } from '@heddle/core'
import type { FakeWire } from './script.ts'
import type { FakeRequest } from './start-fake-provider.ts'
import type { NeutralRequest } from './wire.ts'
import { WIRES } from './wires.ts'

/**
 * Says in no vendor's words what a request for an answer asks, so that one assertion fits all wires: what was
 * said, called and answered, in its order, with the ids as they were sent.
 *
 * @param wire - In whose words it is written.
 * @throws TypeError for a request without a JSON object in its body.
 */
export function readRequest(wire: FakeWire, { path, headers, body }: FakeRequest): NeutralRequest {
  if (!isJsonObject(body)) throw new TypeError('The request has a body that is not a JSON object')
  return WIRES[wire].neutral({ path, headers, body })
}
