// One event of each type from a server. Arguments: package, URL, write key, user id.
const [name, host, writeKey, userId] = process.argv.slice(2)
const module = await import(name)
// The old library is its own export and takes the key by itself.
const analytics =
  name === 'analytics-node-6' ? new module.default(writeKey, { host }) : new module.Analytics({ writeKey, host })

analytics.identify({ userId, traits: { plan: 'pro' } })
analytics.track({ userId, event: 'Order Completed', properties: { revenue: 39.95, coupon: null } })
analytics.page({ userId, name: 'Home', category: 'Docs' })
analytics.screen({ userId, name: 'Start' })
analytics.group({ userId, groupId: 'g1', traits: { name: 'Ünïted 🎲' } })
analytics.alias({ userId, previousId: 'old' })

await (analytics.closeAndFlush ?? analytics.flush).call(analytics)
