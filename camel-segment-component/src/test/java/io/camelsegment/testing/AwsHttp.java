package io.camelsegment.testing;

import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/**
 * HTTP for the AWS clients of tests. They share its threads, since a client with its own waits two seconds for them
 * when it is closed.
 */
public final class AwsHttp {

    private static final SdkEventLoopGroup EVENT_LOOPS =
            SdkEventLoopGroup.builder().numberOfThreads(2).build();

    private AwsHttp() {}

    public static NettyNioAsyncHttpClient.Builder builder() {
        return NettyNioAsyncHttpClient.builder().eventLoopGroup(EVENT_LOOPS);
    }
}
