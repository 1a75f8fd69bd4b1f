// One event of each type from a page of another origin: jsdom asks before it posts and checks the answers as browsers do.
// The page stays open until run.js ends it. Arguments: standard or batching, URL, write key, user id.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { JSDOM, VirtualConsole } from 'jsdom'

const [strategy, url, writeKey, userId] = process.argv.slice(2)
const bundle = createRequire(import.meta.url).resolve('@segment/analytics-next/dist/umd/index.js')
const { window } = new JSDOM('<!doctype html><title>Shop</title>', {
  url: 'https://shop.example/checkout?utm_source=news',
  runScripts: 'outside-only',
  virtualConsole: new VirtualConsole().on('jsdomError', (problem) => console.error(problem.message)),
})
window.eval(readFileSync(bundle, 'utf8'))

// Only the settings tell it where to send to.
const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load(
  { writeKey, cdnURL: url },
  {
    integrations: {
      'Segment.io': {
        protocol: new URL(url).protocol.slice(0, -1),
        ...(strategy === 'batching' && { deliveryStrategy: { strategy, config: { timeout: 1000 } } }),
      },
    },
  },
)
await analytics.identify(userId, { plan: 'pro' })
await analytics.track('Order Completed', { revenue: 39.95, coupon: null })
await analytics.page('Docs', 'Home')
await analytics.screen('Start')
await analytics.group('g1', { name: 'Ünïted 🎲' })
await analytics.alias('new', 'old')
