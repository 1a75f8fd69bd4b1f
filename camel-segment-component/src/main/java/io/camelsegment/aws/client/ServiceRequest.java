package io.camelsegment.aws.client;

/** A request whose body is written when there is a connection for it, once. Need not be thread-safe. */
public interface ServiceRequest {

    /** Returns how many bytes the body has at most; a good guess will do. */
    int mostBytes();

    /** Writes the body. */
    void write(Payload payload);
}
