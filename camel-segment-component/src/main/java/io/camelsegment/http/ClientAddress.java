package io.camelsegment.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Writes the addresses of senders. */
public final class ClientAddress {

    private static final int KEPT_IPV4_BYTES = 3;
    private static final int KEPT_IPV6_BYTES = 6;

    private ClientAddress() {}

    /**
     * Returns an address as RFC 5952 writes it, without a zone; an IPv4 address that is mapped to IPv6 as IPv4.
     *
     * @param address    an IP address as text; null when there is none
     * @param anonymized whether the last octet of an IPv4 address and the last 80 bits of an IPv6 address become 0
     * @return null when there is none or it is not an address
     */
    public static String text(String address, boolean anonymized) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return null;
        }
        try {
            InetAddress parsed = InetAddress.getByAddress(bytes);
            if (anonymized) {
                byte[] kept = parsed.getAddress();
                Arrays.fill(kept, kept.length == 4 ? KEPT_IPV4_BYTES : KEPT_IPV6_BYTES, kept.length, (byte) 0);
                parsed = InetAddress.getByAddress(kept);
            }
            return NetUtil.toAddressString(parsed);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
