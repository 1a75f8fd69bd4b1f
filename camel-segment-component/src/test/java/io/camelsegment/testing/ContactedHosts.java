package io.camelsegment.testing;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Notes every {@code host:port} that an HTTP client of this process, made meanwhile, is about to connect to. For tests
 * {@link OwnJvm in a JVM of their own}.
 */
public final class ContactedHosts implements AutoCloseable {

    private final ProxySelector before = ProxySelector.getDefault();
    private final Set<String> authorities = new ConcurrentSkipListSet<>();

    public ContactedHosts() {
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                authorities.add(uri.getAuthority());
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The client reports it.
            }
        });
    }

    public Set<String> authorities() {
        return authorities;
    }

    @Override
    public void close() {
        ProxySelector.setDefault(before);
    }
}
