package io.camelsegment.aws.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A connection to an endpoint, with one call at a time. All of it happens on its event loop, but for {@link #close}.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final String NAME = "connection";
    private static final String TUNNEL = "tunnel";
    private static final int MAX_LINE = 8 << 10;
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_CHUNK = 64 << 10;
    private static final int FIRST_BODY_BYTES = 4 << 10;

    private final ConnectionPool pool;
    private final Connector connector;
    private final EventLoop loop;
    private final int generation;
    private volatile Channel channel;
    private volatile long idleSince;
    private volatile boolean isClosed;

    /** The call under way, also while the connection is made for it; null between calls. */
    private ServiceCall call;

    /** The step of opening under way, as error messages begin; null once the connection is open. */
    private String opening;

    private ScheduledFuture<?> tunnelTimer;
    private AnswerDecoder decoder;
    private boolean wasIdle;
    private boolean isWritten;

    // Of the answer.
    private HttpResponse head;
    private byte[] body;
    private int length;
    private boolean isComplete;
    private boolean isFollowed;

    Connection(ConnectionPool pool, Connector connector, EventLoop loop, int generation) {
        this.pool = pool;
        this.connector = connector;
        this.loop = loop;
        this.generation = generation;
    }

    EventLoop loop() {
        return loop;
    }

    int generation() {
        return generation;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanos) {
        idleSince = nanos;
        wasIdle = true;
    }

    /** Connects, then sends the request of a call. */
    void open(ServiceCall first) {
        call = first;
        opening = "connect to ";
        ChannelFuture connected;
        try {
            connected = connector.connect(loop, named());
        } catch (RuntimeException e) { // such as a port that is none
            fail(e);
            return;
        }
        channel = connected.channel();
        connected.addListener(done -> step(done.isSuccess(), done.cause(), this::connected));
    }

    /** Gives this handler its name in the pipeline, which others are put before. */
    private ChannelHandler named() {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel ofConnection) {
                ofConnection.pipeline().addLast(NAME, Connection.this);
            }
        };
    }

    private void step(boolean isDone, Throwable cause, Runnable next) {
        if (isClosed) {
            fail(new ConnectionException("the client is closed"));
        } else if (isDone) {
            next.run();
        } else {
            fail(cause);
        }
    }

    private void connected() {
        Proxy proxy = connector.proxy();
        if (proxy == null) {
            encrypt();
        } else if (proxy.isTls()) {
            encrypt(proxy.host(), proxy.port(), this::tunnel);
        } else {
            tunnel();
        }
    }

    private void encrypt(String host, int port, Runnable next) {
        opening = "set up TLS with ";
        SslHandler encryption = connector.encryption(channel, host, port);
        channel.pipeline().addBefore(NAME, null, encryption);
        encryption.handshakeFuture().addListener(done -> step(done.isSuccess(), done.cause(), next));
    }

    private void tunnel() {
        opening = "open a tunnel to ";
        // The answer to CONNECT has no body that could be told from what the endpoint sends.
        HttpResponseDecoder decoder = new HttpResponseDecoder(MAX_LINE, MAX_HEAD, MAX_CHUNK) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage answer) {
                return true;
            }
        };
        channel.pipeline().addBefore(NAME, TUNNEL, decoder);
        tunnelTimer = loop.schedule(
                () -> fail(new ConnectTimeoutException("no answer")), Connector.STEP_MILLIS, TimeUnit.MILLISECONDS);
        ServiceEndpoint endpoint = connector.endpoint();
        String credentials = connector.proxy().user() == null
                ? ""
                : "Proxy-Authorization: Basic "
                        + Base64.getEncoder()
                                .encodeToString((connector.proxy().user()
                                                + ':'
                                                + (connector.proxy().password() == null
                                                        ? ""
                                                        : connector.proxy().password()))
                                        .getBytes(UTF_8))
                        + "\r\n";
        String request = "CONNECT " + endpoint + " HTTP/1.1\r\nHost: " + endpoint + "\r\n" + credentials + "\r\n";
        var unused = channel.writeAndFlush(Unpooled.copiedBuffer(request, UTF_8));
    }

    private void readTunnel(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            fail(new ConnectionException("the answer is not HTTP"));
            return;
        }
        if (part instanceof HttpResponse response) {
            head = response;
        }
        if (part instanceof LastHttpContent && head != null) {
            int status = head.status().code();
            HttpStatusClass kind = head.status().codeClass();
            head = null;
            if (kind == HttpStatusClass.SUCCESS) {
                tunnelTimer.cancel(false);
                channel.pipeline().remove(TUNNEL);
                encrypt();
            } else if (kind != HttpStatusClass.INFORMATIONAL) {
                fail(new ConnectionException("it answered " + status
                        + (status == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.code()
                                ? ", so it wants a user and a password"
                                : "")));
            }
        }
    }

    private void encrypt() {
        ServiceEndpoint endpoint = connector.endpoint();
        if (endpoint.isTls()) {
            encrypt(endpoint.host(), endpoint.port(), this::opened);
        } else {
            opened();
        }
    }

    private void opened() {
        opening = null;
        decoder = new AnswerDecoder();
        channel.pipeline().addBefore(NAME, null, decoder);
        ServiceCall first = call;
        call = null;
        send(first);
    }

    /** Sends the request of a call. */
    void send(ServiceCall next) {
        if (!next.takes(this)) {
            pool.release(this);
            return;
        }
        call = next;
        if (!channel.isActive()) {
            fail(null);
            return;
        }
        ByteBuf request;
        try {
            request = next.bytes(channel.alloc());
        } catch (Throwable e) { // also an Error: nobody else would learn of it, and the call would never end
            call = null;
            pool.release(this);
            next.failed(e);
            return;
        }
        isWritten = false;
        channel.writeAndFlush(request).addListener(done -> written(next, done.isSuccess()));
    }

    /** A write that failed closes the connection, if it has not, and that ends the call. */
    private void written(ServiceCall ofRequest, boolean isSuccess) {
        if (!isSuccess) {
            abort();
        } else if (call == ofRequest) {
            isWritten = true;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (isComplete) {
                isFollowed = true;
            } else if (!(message instanceof HttpObject part) || call == null) {
                abort(); // nobody asked
            } else if (opening != null) {
                readTunnel(part);
            } else {
                read(part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            fail(new DecoderException(part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpResponse response) {
            head = response;
            length = 0;
            long announced = HttpUtil.getContentLength(response, (long) FIRST_BODY_BYTES);
            if (announced > AnswerBody.MOST_BYTES) {
                fail(AnswerBody.tooLarge());
                return;
            }
            body = new byte[(int) announced];
        }
        if (part instanceof HttpContent content && head != null) {
            add(content.content());
        }
        if (part instanceof LastHttpContent && call != null && head != null) {
            isComplete = head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
            head = isComplete ? head : null;
        }
    }

    /**
     * Ends the call only now, when all that was read is known: its caller may send the next one at once, which must not
     * take what follows for its answer.
     */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (isComplete) {
            answered();
        } else if (call == null && decoder != null && decoder.hasRest()) {
            abort(); // nobody asked
        }
    }

    private void add(ByteBuf content) {
        int more = content.readableBytes();
        if (more > AnswerBody.MOST_BYTES - length) {
            fail(AnswerBody.tooLarge());
            return;
        }
        if (more > body.length - length) {
            body = Arrays.copyOf(body, Math.max(2 * body.length, length + more));
        }
        content.readBytes(body, length, more);
        length += more;
    }

    private void answered() {
        Answer answer = new Answer(head.status().code(), head.headers(), ByteBuffer.wrap(body, 0, length));
        isComplete = false;
        if (answer.isSuccess() && !isWritten) {
            fail(new ConnectionException(connector.place() + " answered before it had the request"));
            return;
        }
        boolean isReusable =
                isWritten && !isFollowed && !decoder.hasRest() && HttpUtil.isKeepAlive(head) && channel.isActive();
        ServiceCall ended = call;
        call = null;
        head = null;
        body = null;
        if (isReusable) {
            pool.release(this);
        } else {
            abort();
        }
        ended.answered(answer);
    }

    /** Ends a call whose caller does not wait any more. */
    void giveUp(ServiceCall cancelled) {
        if (call == cancelled) {
            call = null;
            isComplete = false;
            abort();
            cancelled.release();
        }
    }

    /** Closes the connection without waiting until the other side takes what is written. */
    private void abort() {
        isClosed = true;
        pool.remove(this);
        if (channel != null) {
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first == null) {
                var unused = channel.close();
            } else {
                var unused = first.close(); // not by way of TLS, which has something to say before
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause);
    }

    /**
     * Ends the connection and its call.
     *
     * @param cause null if the connection was closed
     */
    private void fail(Throwable cause) {
        if (isComplete) {
            isFollowed = true;
            answered();
            return;
        }
        ServiceCall failed = call;
        String step = opening;
        boolean isStale = wasIdle && head == null && !(cause instanceof DecoderException);
        call = null;
        if (tunnelTimer != null) {
            tunnelTimer.cancel(false);
        }
        abort();
        if (failed == null) {
            return;
        }
        if (step != null) {
            failed.failed(new ConnectionException("cannot " + step + connector.place() + ": " + reason(cause), cause));
            return;
        }
        pool.renew(this);
        if (isStale) {
            failed.again(loop);
        } else if (cause instanceof ConnectionException) {
            failed.failed(cause);
        } else {
            failed.failed(new ConnectionException(
                    "the connection to " + connector.place()
                            + (head == null ? " ended before the answer" : " ended in the middle of the answer")
                            + (cause == null ? "" : ": " + reason(cause)),
                    cause));
        }
    }

    private static String reason(Throwable cause) {
        if (cause == null) {
            return "it was closed";
        }
        if (cause instanceof UnknownHostException) {
            return "its address is not known";
        }
        if (cause instanceof ConnectTimeoutException) {
            return "no answer within " + Connector.STEP_MILLIS + " ms";
        }
        Throwable deepest = cause;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    }

    /** Closes the connection; a call under way fails. Thread-safe. */
    void close() {
        isClosed = true;
        pool.remove(this);
        Channel opened = channel;
        if (opened != null) {
            var unused = opened.close();
        }
    }

    private static final class AnswerDecoder extends HttpResponseDecoder {

        AnswerDecoder() {
            super(MAX_LINE, MAX_HEAD, MAX_CHUNK);
        }

        /** Returns whether it holds bytes that are no part of an answer yet. */
        boolean hasRest() {
            return actualReadableBytes() > 0;
        }
    }
}
