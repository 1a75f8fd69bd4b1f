package io.camelsegment.aws;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Patterns of regions, role ARNs and external IDs in all AWS partitions, so that mistakes show at startup. */
public final class AwsNames {

    /**
     * A region of any partition, known today or not.
     *
     * @see <a href="https://docs.aws.amazon.com/general/latest/gr/rande.html">AWS service endpoints</a>, read
     *     2026-11-21
     */
    public static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,2}-[1-9][0-9]?");

    /**
     * The ARN of a role in any partition: {@code aws}, {@code aws-cn}, {@code aws-us-gov}, {@code aws-iso},
     * {@code aws-iso-b}, {@code aws-eusc} and others.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM quotas</a>, read
     *     2026-11-21
     */
    public static final Pattern ROLE_ADDRESS =
            Pattern.compile("arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/([!-~]{1,510}/)?[\\w+=,.@-]{1,64}");

    /**
     * An external ID that STS accepts.
     *
     * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AssumeRole</a>, read
     *     2026-11-21
     */
    public static final Pattern SECRET_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");

    private AwsNames() {}

    /**
     * Returns whether a text is the URI of a server that AWS calls can go to: http or https, with a host and without a
     * user, whom no call would name.
     */
    public static boolean isEndpoint(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getPort() <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
