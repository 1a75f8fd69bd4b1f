package io.camelsegment.aws.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A call under way, and the future body of its answer. It fails with an {@link AwsServiceException} that the service
 * answered, with a {@link ConnectionException}, or with what writing the request threw. Cancelling it closes its
 * connection. Thread-safe.
 *
 * <p>A call that found a connection dead is made again, at once and on a new connection. The service may have taken the
 * first request, as with every request that got no answer.
 */
public final class ServiceCall extends CompletableFuture<ByteBuffer> {

    private final ConnectionPool pool;
    private final RequestSigner signer;
    private final AwsCredentialsIdentity identity;
    private final ServiceRequest request;
    private volatile Connection connection;

    /** The request in wire format, ours to release; null before there is a connection, and after the end. */
    private ByteBuf bytes;

    ServiceCall(ConnectionPool pool, RequestSigner signer, AwsCredentialsIdentity identity, ServiceRequest request) {
        this.pool = pool;
        this.signer = signer;
        this.identity = identity;
        this.request = request;
    }

    void start() {
        try {
            Connection idle = pool.take();
            if (idle == null) {
                EventLoop loop = pool.loop();
                run(loop, () -> pool.connect(loop, this));
            } else {
                run(idle.loop(), () -> idle.send(this));
            }
        } catch (RejectedExecutionException e) {
            completeExceptionally(new ConnectionException("the event loops have stopped", e));
        }
    }

    private static void run(EventLoop loop, Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
        } else {
            loop.execute(step);
        }
    }

    // All below but cancel is called on the event loop of the connection.

    /**
     * Takes a connection.
     *
     * @return whether the call still needs it
     */
    boolean takes(Connection one) {
        connection = one; // before the question, as cancel asks in the other order
        if (!isDone()) {
            return true;
        }
        connection = null;
        release();
        return false;
    }

    /** Returns the request in wire format, each time for one connection, which releases it. */
    ByteBuf bytes(ByteBufAllocator allocator) {
        if (bytes == null) {
            Payload payload = new Payload(allocator, signer.headRoom(identity), request.mostBytes());
            bytes = payload.buffer();
            request.write(payload);
            signer.sign(payload, identity);
        }
        return bytes.retainedDuplicate();
    }

    /** Ends the call with an answer. */
    void answered(Answer answer) {
        release();
        try {
            ByteBuffer body = AnswerBody.decoded(answer);
            if (answer.isSuccess()) {
                complete(body);
                return;
            }
            AwsServiceException error = ServiceErrors.read(answer, body, signer.clockSkew());
            signer.adjustClock(error);
            completeExceptionally(error);
        } catch (Throwable e) { // also an Error: nobody else would learn of it, and the call would never end
            completeExceptionally(e);
        }
    }

    /** Makes the call again on a new connection. */
    void again(EventLoop loop) {
        connection = null;
        if (isDone()) {
            release();
        } else {
            pool.connect(loop, this);
        }
    }

    /** Ends the call without an answer. */
    void failed(Throwable cause) {
        release();
        completeExceptionally(cause);
    }

    /** Gives the request's memory back, once no connection writes it any more. */
    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        Connection used = connection;
        if (cancelled && used != null) {
            pool.renew(used); // now, so that the next call does not find another that died
            run(used.loop(), () -> used.giveUp(this));
        }
        return cancelled;
    }
}
