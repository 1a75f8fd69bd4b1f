package io.camelsegment.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Request bodies with the shape and size of those of Segment's SDKs. */
public enum Bodies {
    /** One page call of analytics.js, about 1.2 KB. */
    BROWSER(1) {
        @Override
        public String text() {
            return """
                    {"timestamp":"2026-11-21T09:59:59.120Z","integrations":{"Segment.io":true},"type":"page",\
                    "properties":\
                    {"path":"/pricing","referrer":"https://www.example.com/",\
                    "search":"?utm_source=news&utm_campaign=fall",\
                    "title":"Pricing – Acme",\
                    "url":"https://acme.example/pricing?utm_source=news&utm_campaign=fall"},"context":\
                    {"page":{"path":"/pricing","referrer":"https://www.example.com/",\
                    "search":"?utm_source=news&utm_campaign=fall",\
                    "title":"Pricing – Acme",\
                    "url":"https://acme.example/pricing?utm_source=news&utm_campaign=fall"},"userAgent":\
                    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 \
                    Safari/537.36",\
                    "userAgentData":{"brands":[{"brand":"Chromium","version":"130"}],"mobile":false,\
                    "platform":"Linux"},\
                    "locale":"en-US","library":{"name":"analytics.js","version":"npm:next-1.84.3"},\
                    "campaign":{"source":"news",\
                    "name":"fall"},"timezone":"Europe/Berlin"},\
                    "messageId":"ajs-next-1763719199120-2f7b1c58-0f0e-4a4b-9e57-c61b4d4e5d8a",\
                    "anonymousId":"0f4b2a53-7f0d-4b3c-8a4f-6f6f0d2cbb11","userId":null,"writeKey":"WEB_KEY",\
                    "sentAt":"2026-11-21T09:59:59.131Z","_metadata":{"bundled":["Segment.io"],"unbundled":[],\
                    "bundledIds":[]}}""";
        }
    },
    /** A batch of analytics-java: 100 track calls of about 400 bytes. */
    SERVER(100) {
        @Override
        public String text() {
            return IntStream.range(0, events())
                    .mapToObj(i ->
                            """
                    {"type":"track","messageId":"3f0c1d2e-7a51-4d0c-9f5e-%012d",\
                    "timestamp":"2026-11-21T10:00:00.%03dZ",\
                    "userId":"user_%d","integrations":{},"event":"Order Completed","properties":{"order_id":%d,\
                    "revenue":19.90,\
                    "currency":"EUR","coupon":null,"products":[{"sku":"A-1","price":9.95,"quantity":1},{"sku":"B-2",\
                    "price":9.95,\
                    "quantity":1}],"checkout":{"step":3,"method":"card"}}}"""
                                    .formatted(i, i, i, i * 7919))
                    .collect(Collectors.joining(
                            ",",
                            "{\"sentAt\":\"2026-11-21T10:00:00.250Z\",\"batch\":[",
                            "],\"context\":{\"library\":{\"name\":\"analytics-java\",\"version\":\"3.5.4\"}},"
                                    + "\"sequence\":1,\"writeKey\":\"SERVER_KEY\"}"));
        }
    },
    /** A batch of analytics-kotlin on Android: 20 screen calls of about 900 bytes. */
    MOBILE(20) {
        @Override
        public String text() {
            return IntStream.range(0, events())
                    .mapToObj(i ->
                            """
                    {"name":"Home","category":"","properties":{"tab":"feed","items":%d},"type":"screen","messageId":\
                    "1f8bc1d2-7a51-4d0c-9f5e-%012d","anonymousId":"0f4b2a53-7f0d-4b3c-8a4f-6f6f0d2cbb11",\
                    "context":{"library":\
                    {"name":"analytics-kotlin","version":"1.27.0"},\
                    "instanceId":"9e0c1d2e-7a51-4d0c-9f5e-000000000000","app":{"name":"Demo",\
                    "version":"4.1.0","namespace":"com.example.demo","build":"410"},\
                    "device":{"id":"b1946ac92492d2347c6235b4d2611184",\
                    "manufacturer":"Google","model":"Pixel 9","name":"tokay","type":"android"},\
                    "os":{"name":"Android","version":"16"},\
                    "screen":{"density":2.625,"height":2337,"width":1080},"network":{"cellular":false,"wifi":true,\
                    "bluetooth":false},\
                    "locale":"de-DE","userAgent":"Dalvik/2.1.0 (Linux; U; Android 16; Pixel 9)",\
                    "timezone":"Europe/Berlin"},\
                    "integrations":{},"timestamp":"2026-11-21T09:50:00.%03dZ","_metadata":{"bundled":[],"unbundled":[],\
                    "bundledIds":[]}}"""
                                    .formatted(i, i, i))
                    .collect(Collectors.joining(
                            ",",
                            "{\"batch\":[",
                            "],\"sentAt\":\"2026-11-21T09:51:00.000Z\",\"writeKey\":\"MOBILE_KEY\"}"));
        }
    };

    private final int events;

    Bodies(int events) {
        this.events = events;
    }

    /** Returns the request's body. */
    public abstract String text();

    /** Returns the number of events in the body. */
    public int events() {
        return events;
    }

    byte[] bytes() {
        return text().getBytes(UTF_8);
    }
}
