package io.camelsegment.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Takes the body that the AWS SDK makes of a request, and lets the call end there. */
public final class MarshalledBody implements ExecutionInterceptor {

    private byte[] body;

    /** Makes a call with a client that has this interceptor, and returns the body. */
    public byte[] of(Runnable call) {
        body = null;
        try {
            call.run();
        } catch (CompletionException e) {
            if (body == null) {
                throw e;
            }
        }
        return body;
    }

    @Override
    public void afterMarshalling(Context.AfterMarshalling context, ExecutionAttributes attributes) {
        try {
            body = context.requestBody()
                    .orElseThrow()
                    .contentStreamProvider()
                    .newStream()
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the body is taken");
    }
}
