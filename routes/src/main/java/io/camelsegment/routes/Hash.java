package io.camelsegment.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.camelsegment.event.EventPath;
import io.camelsegment.event.SegmentEvent;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;

/**
 * Replaces values by hashes: the hexadecimal SHA-256 of the text without outer white space and in lower case, which ad
 * platforms match with their users. Of a member whose name ends with {@code phone}, {@code phone_number} or
 * {@code phoneNumber}, in any case, a telephone number is hashed as E.164 writes it: {@code +} and digits alone.
 *
 * <p>Booleans in {@code integrations}, which say where an event may go, stay.
 *
 * <p>Such a hash of an e-mail address is no secret: who has the address has the hash. {@link #salt} makes pseudonyms
 * instead, which nobody can match without the salt.
 *
 * <p>In YAML it is a bean with the properties {@code paths}, {@code salt} and {@code countryCode}.
 *
 * @see <a href="https://support.google.com/google-ads/answer/13258081">Google's rules for hashed user data</a>
 */
public final class Hash extends EventTransform {

    private static final Pattern PHONE_NAME = Pattern.compile("(?i)(.*[._-])?\\w*phone[_-]?(number)?");
    /** What stands between the digits, with the hyphens and spaces of Unicode that do not break a line. */
    private static final String BETWEEN = "\\s\\p{Z}().\\-\u2010-\u2015/";

    private static final Pattern PHONE =
            Pattern.compile("[\\s(]*+(\\+|00)?[" + BETWEEN + "]*+[0-9][0-9" + BETWEEN + "]*");
    /** Countries whose numbers keep their first zero: Italy, San Marino, Ivory Coast and the Republic of Congo. */
    private static final Set<String> WITH_ZERO = Set.of("39", "378", "225", "242");

    private List<Place> places = List.of();
    /** With its placeholders, until the start. */
    private String salt;

    private byte[] key;
    private String countryCode;

    /** Creates a step whose paths {@link #setPaths} sets. */
    public Hash() {
        super("hash");
    }

    Hash(String... paths) {
        this();
        this.places = places(paths);
    }

    private static List<Place> places(String... paths) {
        return Paths.read(paths).stream()
                .map(path -> new Place(path, PHONE_NAME.matcher(path.toString()).matches()))
                .toList();
    }

    /** A member, and whether it has telephone numbers. */
    private record Place(EventPath path, boolean phone) {}

    /**
     * Makes pseudonyms: HMAC-SHA-256 of the same text with this key. They are stable, and no ad platform can match
     * them.
     *
     * @param salt a secret, in UTF-8; not empty; may have placeholders of Camel, such as <code>{{salt}}</code>
     */
    public Hash salt(String salt) {
        checkSalt(salt);
        this.salt = salt;
        return this;
    }

    /** As {@link #salt}, and takes the text as it is. */
    Hash plainSalt(String salt) {
        checkSalt(salt);
        key = salt.getBytes(UTF_8);
        return this;
    }

    private static void checkSalt(String salt) {
        if (salt == null || salt.isEmpty()) {
            throw new IllegalArgumentException("expected a salt of at least one character, but it is "
                    + (salt == null ? "null: set the variable or property that it comes from" : "empty"));
        }
    }

    /**
     * Sets what is hashed.
     *
     * @param paths separated by commas
     */
    public void setPaths(String paths) {
        this.places = places(Arrays.stream(paths.split(",")).map(String::strip).toArray(String[]::new));
    }

    /** Sets the key of pseudonyms; see {@link #salt}. */
    public void setSalt(String salt) {
        salt(salt);
    }

    /** Sets the country of telephone numbers that name none; see {@link #countryCode}. */
    public void setCountryCode(String countryCode) {
        countryCode(countryCode);
    }

    /**
     * Sets the country of telephone numbers that name none. Without it, such a number is hashed as the text that it is,
     * which matches nowhere.
     *
     * @param countryCode its digits, such as {@code 1} or {@code 49}
     */
    public Hash countryCode(String countryCode) {
        if (countryCode == null || !countryCode.matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("expected a country code of 1 to 3 digits, such as 49, but was "
                    + (countryCode == null ? "null" : "\"" + countryCode + "\""));
        }
        this.countryCode = countryCode;
        return this;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (places.isEmpty()) {
            throw new IllegalArgumentException("expected at least one member, such as traits.email, in paths of the"
                    + " bean " + getClass().getName() + ", but was none");
        }
        Paths.warn("hash", getRouteId(), places.stream().map(Place::path).toList());
        if (salt != null) {
            String resolved = getCamelContext().resolvePropertyPlaceholders(salt);
            checkSalt(resolved);
            key = resolved.getBytes(UTF_8);
        }
    }

    @Override
    protected SegmentEvent change(SegmentEvent event, Exchange exchange) {
        SegmentEvent changed = event;
        for (Place place : places) {
            changed = changed.withMappedAt(
                    place.path(), Consents.kept(place.path(), value -> hashed(value, place.phone())));
        }
        return changed;
    }

    /** Hashes text and numbers, also those in lists and objects; what is empty stays, since all such look alike. */
    private Object hashed(Object value, boolean phone) {
        if (value instanceof List<?> list) {
            List<Object> all = new ArrayList<>(list.size());
            list.forEach(one -> all.add(hashed(one, phone)));
            return all;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> all = new LinkedHashMap<>();
            map.forEach((name, one) -> all.put(name, hashed(one, phone)));
            return all;
        }
        String stripped = value == null ? "" : Names.strip(value.toString());
        if (stripped.isEmpty()) {
            return value;
        }
        String text = stripped.toLowerCase(Locale.ROOT);
        return hash(phone ? e164(text) : text);
    }

    private String e164(String text) {
        Matcher number = PHONE.matcher(text);
        if (!number.matches()) {
            return text;
        }
        boolean international = number.group(1) != null;
        String digits = digits(text.substring(international ? number.end(1) : 0).replace("(0)", ""));
        if (international) {
            return "+" + digits;
        }
        return countryCode == null ? text : "+" + countryCode + withoutTrunkPrefix(digits);
    }

    /** Returns a number without what is dialled before it only inside its country. */
    private String withoutTrunkPrefix(String digits) {
        boolean prefixed = countryCode.equals("1")
                ? digits.length() == 11 && digits.startsWith("1")
                : digits.startsWith("0") && !WITH_ZERO.contains(countryCode);
        return prefixed ? digits.substring(1) : digits;
    }

    private static String digits(String text) {
        StringBuilder digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            }
        }
        return digits.toString();
    }

    private String hash(String text) {
        try {
            byte[] bytes = text.getBytes(UTF_8);
            if (key == null) {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
