package io.camelsegment.kinesis;

import io.camelsegment.aws.SinglePutContract;
import io.camelsegment.localaws.KinesisRecord;
import java.util.List;

class KinesisSinglePutTest extends SinglePutContract {

    @Override
    protected String scheme() {
        return "segment-kinesis";
    }

    @Override
    protected String batchAction() {
        return "kinesis:PutRecords";
    }

    @Override
    protected String singleAction() {
        return "kinesis:PutRecord";
    }

    @Override
    protected void createStream() {
        aws.createStream(stream, 4);
    }

    @Override
    protected List<String> arrived() {
        return aws.stream(stream).records().stream().map(KinesisRecord::text).toList();
    }

    @Override
    protected String keyHeader() {
        return SegmentKinesisConstants.PARTITION_KEY;
    }
}
