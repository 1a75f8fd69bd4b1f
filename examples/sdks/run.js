// Runs every SDK in a process of its own and compares what it sent with what the collector's local AWS received.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'

const url = (process.env.COLLECTOR_URL ?? 'http://localhost:8080').replace(/\/+$/, '')
const writeKey = process.env.WRITE_KEY ?? 'WRITE_KEY'
const localAws = (process.env.LOCAL_AWS_URL ?? 'http://127.0.0.1:4566').replace(/\/+$/, '')
const stream = process.env.STREAM ?? 'events'
const TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias']
const PATIENCE_MS = 30_000

const SDKS = [
  ['@segment/analytics-node 3.1.0', 'node.js', 'analytics-node-3'],
  ['@segment/analytics-node 2.3.0', 'node.js', 'analytics-node-2'],
  ['analytics-node 6.2.0', 'node.js', 'analytics-node-6'],
  ['@segment/analytics-next 1.84.3', 'browser.js', 'standard'],
  ['@segment/analytics-next 1.84.3, batching', 'browser.js', 'batching'],
]

async function receivedTypes(userId) {
  const response = await fetch(`${localAws}/kinesis/${stream}`)
  if (!response.ok) {
    throw new Error(`expected the records of the stream ${stream} but was ${response.status}; run the collector in local mode`)
  }
  const lines = (await response.text()).split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line)).filter((event) => event.userId === userId).map((event) => event.type)
}

// Resolves when all events have arrived, when the sender has ended, or when it is too late.
async function send(script, variant, userId) {
  const sender = spawn(process.execPath, [`senders/${script}`, variant, url, writeKey, userId], { stdio: 'inherit' })
  const deadline = Date.now() + PATIENCE_MS
  while ((await receivedTypes(userId)).length < TYPES.length && sender.exitCode === null && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  sender.kill()
}

await receivedTypes('nobody').catch((problem) => {
  console.error(`${url}: ${problem.cause?.code ?? problem.message}`)
  process.exit(1)
})
const runs = SDKS.map(([name, script, variant]) => ({ name, script, variant, userId: `${variant}-${randomUUID()}` }))
for (const run of runs) {
  await send(run.script, run.variant, run.userId)
}

console.log('| SDK | sent | received |\n| --- | --- | --- |')
for (const { name, userId } of runs) {
  const types = await receivedTypes(userId)
  const once = types.length === TYPES.length && TYPES.every((type) => types.includes(type))
  console.log(`| ${name} | ${TYPES.length} | ${types.length}${once || types.length === 0 ? '' : `: ${types.join(', ')}`} |`)
  process.exitCode ||= once ? 0 : 1
}
