package io.camelsegment.aws.client;

/**
 * A forward proxy. Thread-safe.
 *
 * @param isTls    whether the connection to the proxy is encrypted
 * @param host     its host
 * @param port     its port
 * @param user     null to give no name
 * @param password null to give none
 */
public record Proxy(boolean isTls, String host, int port, String user, String password) {

    /** Returns the host and the port; leaves user and password out. */
    @Override
    public String toString() {
        return host + ':' + port;
    }
}
