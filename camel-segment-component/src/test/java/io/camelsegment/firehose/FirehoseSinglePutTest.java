package io.camelsegment.firehose;

import io.camelsegment.aws.SinglePutContract;
import java.nio.charset.StandardCharsets;
import java.util.List;

class FirehoseSinglePutTest extends SinglePutContract {

    @Override
    protected String scheme() {
        return "segment-firehose";
    }

    @Override
    protected String batchAction() {
        return "firehose:PutRecordBatch";
    }

    @Override
    protected String singleAction() {
        return "firehose:PutRecord";
    }

    @Override
    protected void createStream() {
        aws.createDeliveryStream(stream);
    }

    @Override
    protected List<String> arrived() {
        return aws.deliveryStream(stream).records().stream()
                .map(line -> new String(line, StandardCharsets.UTF_8).strip())
                .toList();
    }

    @Override
    protected String keyHeader() {
        return null;
    }
}
