package io.camelsegment.localaws;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Plain pages for a browser or curl: {@code /} lists the streams, {@code /kinesis/events} and {@code /firehose/lake}
 * show the records that arrived, one per line. They need no credentials.
 */
final class ContentPages {
    private final Account account;
    private final String firstRegion;

    /** @param firstRegion the region to search for a name first */
    ContentPages(Account account, String firstRegion) {
        this.account = account;
        this.firstRegion = firstRegion;
    }

    void answer(HttpServerRequest http) {
        String[] path = http.path().split("/", -1);
        Buffer page = null;
        if (http.path().equals("/")) {
            page = list();
        } else if (path.length == 3 && path[1].equals("kinesis")) {
            page = find(LocalAwsRegion::streamsByName, path[2], ContentPages::content);
        } else if (path.length == 3 && path[1].equals("firehose")) {
            page = find(LocalAwsRegion::deliveryStreamsByName, path[2], stream -> Buffer.buffer(stream.content()));
        }
        HttpServerResponse response = http.response().putHeader("Content-Type", "text/plain; charset=utf-8");
        if (page == null) {
            response.setStatusCode(404).end("Nothing at " + http.path() + "; see / for the streams\n");
        } else {
            response.end(page);
        }
    }

    private <T> Buffer find(
            Function<LocalAwsRegion, Map<String, T>> streams, String name, Function<T, Buffer> content) {
        for (LocalAwsRegion region : regions()) {
            T stream = streams.apply(region).get(name);
            if (stream != null) {
                return content.apply(stream);
            }
        }
        return null;
    }

    private static Buffer content(KinesisStream stream) {
        Buffer page = Buffer.buffer();
        for (KinesisRecord record : stream.records()) {
            page.appendBytes(record.data()).appendByte((byte) '\n');
        }
        return page;
    }

    private Buffer list() {
        Buffer page = Buffer.buffer();
        for (LocalAwsRegion region : regions()) {
            for (KinesisStream stream : region.streams()) {
                appendLine(page, "kinesis", stream.name(), region, stream.recordCount());
            }
            for (DeliveryStream stream : region.deliveryStreams()) {
                appendLine(page, "firehose", stream.name(), region, stream.recordCount());
            }
        }
        return page;
    }

    private static void appendLine(Buffer page, String service, String name, LocalAwsRegion region, long records) {
        page.appendString("/" + service + "/" + name + "\t" + region.name() + "\t" + records + " records\n");
    }

    private List<LocalAwsRegion> regions() {
        return account.regions().stream()
                .sorted(Comparator.comparing(
                                (LocalAwsRegion region) -> !region.name().equals(firstRegion))
                        .thenComparing(LocalAwsRegion::name))
                .toList();
    }
}
