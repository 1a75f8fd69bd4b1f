package io.camelsegment.aws.client;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A service's answer. Not to be changed.
 *
 * @param status  the HTTP status
 * @param headers looked up without regard to case
 * @param body    holds the body from its first byte on
 * @param length  number of bytes of the body
 */
record Answer(int status, HttpHeaders headers, byte[] body, int length) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
