package io.camelsegment.example.quarkus;

import io.camelsegment.SegmentConstants;
import io.camelsegment.kinesis.SegmentKinesisConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Keeps the events of one company in order: user ids are e-mail addresses here. A native binary has this class,
 * although only YAML names it, since the extension registers all processors of an app.
 */
public final class ByCompany implements Processor {

    @Override
    public void process(Exchange exchange) {
        String user = exchange.getMessage().getHeader(SegmentConstants.USER_ID, "", String.class);
        int at = user.indexOf('@');
        if (at >= 0) {
            exchange.getMessage().setHeader(SegmentKinesisConstants.PARTITION_KEY, user.substring(at + 1));
        }
    }
}
