package io.camelsegment;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code segment:} endpoint. Not thread-safe: each endpoint has its own copy. */
@UriParams
public class SegmentConfiguration implements Cloneable {

    @UriParam(
            label = "consumer,security",
            description = "The write key that the SDKs send. Several keys are separated by commas.")
    @Metadata(required = true, secret = true)
    private String writeKey;

    public String getWriteKey() {
        return writeKey;
    }

    /** Sets the write key, or several separated by commas. */
    public void setWriteKey(String writeKey) {
        this.writeKey = writeKey;
    }

    public SegmentConfiguration copy() {
        try {
            return (SegmentConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
