package io.camelsegment.aws.client;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;

/**
 * A service's answer. Not to be changed.
 *
 * @param status  the HTTP status
 * @param headers looked up without regard to case
 * @param body    in its content encoding, backed by an array
 */
record Answer(int status, HttpHeaders headers, ByteBuffer body) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
