package io.camelsegment.tracking.server;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The proxies whose {@code X-Forwarded-*} and {@code Forwarded} headers are believed. Those of other peers are ignored:
 * anyone could forge an address or host there. Immutable.
 */
public final class TrustedProxies {

    /** Trusts no proxy. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private final List<IpSubnetFilterRule> subnets = new ArrayList<>();

    /**
     * Creates a set of trusted proxies.
     *
     * @param addresses IP addresses such as {@code 10.1.2.3} and subnets such as {@code 10.0.0.0/8} or {@code fd00::/8}
     * @throws IllegalArgumentException if one is neither; the message names it
     */
    public TrustedProxies(List<String> addresses) {
        for (String address : addresses) {
            int slash = address.indexOf('/');
            String ip = slash < 0 ? address : address.substring(0, slash);
            try {
                if (!isAddress(ip)) {
                    throw new IllegalArgumentException("not an IP address");
                }
                int wholeAddress = NetUtil.isValidIpV4Address(ip) ? 32 : 128;
                int prefix = slash < 0 ? wholeAddress : Integer.parseInt(address.substring(slash + 1));
                subnets.add(new IpSubnetFilterRule(ip, prefix, IpFilterRuleType.ACCEPT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "trustedProxies: expected IP addresses or subnets such as 10.0.0.0/8, but was " + address, e);
            }
        }
    }

    /**
     * Returns the sender's address, as far as trusted proxies tell it: the last hop that is not itself a trusted proxy.
     *
     * @return an IP address; null when the connection has none
     */
    String clientAddress(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        String address = peer == null ? null : peer.hostAddress();
        if (address == null || !trusts(address)) {
            return address;
        }
        List<String> hops = ForwardedHeaders.hops(request.headers());
        for (int i = hops.size() - 1; i >= 0; i--) {
            String hop = ForwardedHeaders.address(hops.get(i));
            if (hop == null) {
                return address;
            }
            address = hop;
            if (!trusts(address)) {
                return address;
            }
        }
        return address;
    }

    /**
     * Returns the host, port and path prefix that the sender uses for this server, such as {@code collect.example/in}.
     */
    String publicHost(HttpServerRequest request) {
        String own =
                request.authority() == null ? "localhost" : request.authority().toString();
        SocketAddress peer = request.remoteAddress();
        if (peer == null || peer.hostAddress() == null || !trusts(peer.hostAddress())) {
            return own;
        }
        String host = forwardedHost(request.headers());
        if (host == null) {
            host = first(request.getHeader("X-Forwarded-Host"));
        }
        String port = first(request.getHeader("X-Forwarded-Port"));
        String prefix = first(request.getHeader("X-Forwarded-Prefix"));
        if (host == null) {
            host = own;
        } else if (port != null && host.indexOf(':') < 0 && !port.equals("443") && !port.equals("80")) {
            host += ":" + port;
        }
        return prefix == null
                ? host
                : host + (prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix);
    }

    /**
     * Returns the host in {@code Forwarded} that the outermost trusted proxy was asked for; null when it tells none.
     * What stands before its element is the sender's own and may be forged.
     */
    private String forwardedHost(MultiMap headers) {
        List<ForwardedHeaders.Hop> hops = ForwardedHeaders.forwarded(headers);
        String host = null;
        for (int i = hops.size() - 1; i >= 0; i--) {
            host = hops.get(i).host() == null ? host : hops.get(i).host();
            String address = ForwardedHeaders.address(hops.get(i).sender());
            if (address == null || !trusts(address)) {
                return host;
            }
        }
        return host;
    }

    private boolean trusts(String address) {
        if (subnets.isEmpty()) {
            return false;
        }
        InetSocketAddress socket = new InetSocketAddress(inetAddress(address), 0);
        for (IpSubnetFilterRule subnet : subnets) {
            if (subnet.matches(socket)) {
                return true;
            }
        }
        return false;
    }

    /** Returns an address; one in IPv6 that maps an address of IPv4 becomes that. */
    private static InetAddress inetAddress(String address) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    static boolean isAddress(String text) {
        return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    }

    private static String first(String header) {
        if (header == null) {
            return null;
        }
        int comma = header.indexOf(',');
        String first = (comma < 0 ? header : header.substring(0, comma)).trim();
        return first.isEmpty() ? null : first;
    }
}
