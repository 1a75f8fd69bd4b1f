package io.camelsegment.event;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the times that are not in the usual forms of ISO 8601: those that Segment's libraries hand to JavaScript's
 * {@code Date}, and those that languages write by default. Slower than {@link Timestamps}, which comes first.
 *
 * <p>A date, a time of day and a zone may follow each other in any of their forms:
 *
 * <ul>
 *   <li>dates: {@code 2015-9-3}, {@code 2015/09/03}, {@code +002015-09-03}, {@code 2015-W36-4}, {@code 2015-246},
 *       {@code Thu, 03 Sep 2015}, {@code Thursday, 03-Sep-15}, {@code Thu Sep 3 2015}, {@code September 3, 2015},
 *       {@code 9/3/2015} (the month first);
 *   <li>times of day: {@code 14:15}, {@code 14:15:00.123456789}, {@code 2:15:00 PM}, {@code 24:00};
 *   <li>zones: {@code Z}, {@code +02:00}, {@code +0200}, {@code +02}, {@code GMT+0200 (CEST)}, {@code +0200 CEST},
 *       {@code +02:00[Europe/Paris]}, some {@linkplain #ZONES names}.
 * </ul>
 *
 * <p>Without a zone the time is UTC; without a time of day it is midnight. Of a year with two digits, 50 to 99 are in
 * the 20th century. The name of a weekday is not compared with the date.
 *
 * @param millis since the epoch; the year may be beyond four digits
 * @param ambiguous whether other readers could take the text for another time
 */
record LenientTime(long millis, boolean ambiguous) {

    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    private static final List<String> WEEKDAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    /** Minutes east of UTC: the names of RFC 2822, and the best known of other zones. */
    private static final Map<String, Integer> ZONES = Map.ofEntries(
            Map.entry("z", 0),
            Map.entry("ut", 0),
            Map.entry("utc", 0),
            Map.entry("gmt", 0),
            Map.entry("est", -300),
            Map.entry("edt", -240),
            Map.entry("cst", -360),
            Map.entry("cdt", -300),
            Map.entry("mst", -420),
            Map.entry("mdt", -360),
            Map.entry("pst", -480),
            Map.entry("pdt", -420),
            Map.entry("wet", 0),
            Map.entry("west", 60),
            Map.entry("cet", 60),
            Map.entry("cest", 120),
            Map.entry("eet", 120),
            Map.entry("eest", 180),
            Map.entry("bst", 60),
            Map.entry("ist", 330),
            Map.entry("jst", 540),
            Map.entry("aest", 600),
            Map.entry("aedt", 660));

    /** Names that are as common for another zone: China's CST, Bangladesh's BST, Ireland's and Israel's IST. */
    private static final Set<String> AMBIGUOUS_ZONES = Set.of("bst", "cst", "ist");

    // Without colons only behind a T: behind a space the same digits are a year.
    private static final Pattern DATE_AND_TIME = pattern("(?<date>.+?)(?:T|,? (?:at )?)"
            + "(?<hour>\\d{1,2})(?::|(?<=T\\d\\d))(?<minute>\\d{1,2})"
            + "(?:(?::|(?<=T\\d{4}))(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?)?"
            + "(?: ?(?<half>[AP])M)?"
            + "(?<rest>.*)");
    // Behind the zone Go repeats it as a name or as digits, and adds its monotonic clock; JavaScript names it in
    // parentheses, Java in brackets. asctime and Java put the year last.
    private static final Pattern ZONE_AND_YEAR =
            pattern("(?: ?(?<zone>(?:GMT|UTC|UT)? ?[+-]\\d{1,2}(?::?\\d\\d)?|[A-Z]{1,4})"
                    + "(?: [A-Z]{2,5}| [+-]\\d{2,4})?(?: m=[+-][\\d.]+)?(?: ?\\([^)]*\\)| ?\\[[^\\]]*\\])?)?"
                    + "(?: (?<year>\\d{4}))?");
    private static final Pattern OFFSET =
            pattern("(?<name>[A-Z]+)? ?(?<sign>[+-])(?<hours>\\d{1,2})(?::?(?<minutes>\\d\\d))?");

    private static final Pattern YEAR_FIRST = pattern("([+-]\\d{6}|\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})");
    private static final Pattern COMPACT = pattern("(\\d{4})(\\d\\d)(\\d\\d)");
    private static final Pattern WEEK = pattern("(\\d{4})-?W(\\d\\d)(?:-?(\\d))?");
    private static final Pattern ORDINAL = pattern("(\\d{4})-?(\\d{3})");
    private static final Pattern SLASHES = pattern("(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d\\d)");
    private static final Pattern DAY_FIRST = pattern("(?:([A-Z]+),? )?(\\d{1,2})[- ]([A-Z]+),?[- ](\\d{4}|\\d\\d)");
    private static final Pattern MONTH_FIRST = pattern("(?:([A-Z]+),? )?([A-Z]+) (\\d{1,2})(?:,? (\\d{4}))?");

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, CASE_INSENSITIVE);
    }

    /** Reads a text without white space around it and with single spaces in it; returns null if it is no time. */
    static LenientTime read(String text) {
        try {
            Matcher parts = DATE_AND_TIME.matcher(text);
            if (!parts.matches()) {
                Date date = Date.read(text, null);
                return date == null ? null : new LenientTime(date.millis(0, 0, 0, 0), date.ambiguous());
            }
            Matcher zoneAndYear = ZONE_AND_YEAR.matcher(parts.group("rest"));
            Date date = zoneAndYear.matches() ? Date.read(parts.group("date"), zoneAndYear.group("year")) : null;
            return date == null ? null : read(date, parts, zoneAndYear.group("zone"));
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }

    private static LenientTime read(Date date, Matcher parts, String zone) {
        String second = parts.group("second");
        String fraction = parts.group("fraction");
        long time = date.millis(
                hour(parts),
                number(parts, "minute"),
                second == null ? 0 : Integer.parseInt(second),
                fraction == null ? 0 : Integer.parseInt((fraction + "00").substring(0, 3)));
        long east = zone == null ? 0 : minutesEast(zone);
        if (time == Timestamps.UNREADABLE || east == Timestamps.UNREADABLE) {
            return null;
        }
        boolean ambiguous = date.ambiguous() || zone == null || AMBIGUOUS_ZONES.contains(zone.toLowerCase(Locale.ROOT));
        return new LenientTime(time - east * Timestamps.MINUTE, ambiguous);
    }

    /** Returns the hour of the day; 99, which no day has, if it does not fit AM or PM. */
    private static int hour(Matcher parts) {
        int hour = number(parts, "hour");
        String half = parts.group("half");
        if (half == null) {
            return hour;
        }
        if (hour < 1 || hour > 12) {
            return 99;
        }
        return hour % 12 + (half.equalsIgnoreCase("P") ? 12 : 0);
    }

    private static long minutesEast(String zone) {
        Matcher offset = OFFSET.matcher(zone);
        if (!offset.matches()) {
            Integer known = ZONES.get(zone.toLowerCase(Locale.ROOT));
            return known == null ? Timestamps.UNREADABLE : known;
        }
        long hours = number(offset, "hours");
        long minutes = offset.group("minutes") == null ? 0 : number(offset, "minutes");
        boolean tooShort = offset.group("name") == null && offset.group("hours").length() < 2;
        if (tooShort || hours > 23 || minutes > 59) {
            return Timestamps.UNREADABLE;
        }
        long east = hours * 60 + minutes;
        return offset.group("sign").equals("-") ? -east : east;
    }

    private static int number(Matcher matcher, String group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** A day. */
    private record Date(LocalDate day, boolean ambiguous) {

        /**
         * @param lastYear the year behind the time of day; null if there is none
         * @return null if the text is no date
         * @throws DateTimeException if there is no such day
         */
        static Date read(String text, String lastYear) {
            Matcher m = MONTH_FIRST.matcher(text);
            if (m.matches()) {
                String year = m.group(4) == null ? lastYear : m.group(4);
                boolean isDate = year != null && (m.group(4) == null || lastYear == null);
                return isDate ? named(m.group(1), year, m.group(2), m.group(3)) : null;
            }
            return lastYear == null ? read(text) : null;
        }

        private static Date read(String text) {
            Matcher m = YEAR_FIRST.matcher(text);
            if (m.matches()) {
                return of(m.group(1), m.group(3), m.group(4));
            }
            if (m.usePattern(COMPACT).matches()) {
                return of(m.group(1), m.group(2), m.group(3));
            }
            if (m.usePattern(WEEK).matches()) {
                String day = m.group(3) == null ? "1" : m.group(3);
                String week = m.group(1) + "-W" + m.group(2) + "-" + day;
                return new Date(LocalDate.parse(week, DateTimeFormatter.ISO_WEEK_DATE), false);
            }
            if (m.usePattern(ORDINAL).matches()) {
                return new Date(LocalDate.ofYearDay(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))), false);
            }
            if (m.usePattern(SLASHES).matches()) {
                Date date = of(m.group(3), m.group(1), m.group(2));
                int day = date.day.getDayOfMonth();
                boolean swappable = day <= 12 && day != date.day.getMonthValue();
                return new Date(date.day, date.ambiguous || swappable);
            }
            return m.usePattern(DAY_FIRST).matches() ? named(m.group(1), m.group(4), m.group(3), m.group(2)) : null;
        }

        private static Date named(String weekday, String year, String monthName, String day) {
            int month = indexOf(monthName, MONTHS) + 1;
            boolean isDate = month > 0 && (weekday == null || indexOf(weekday, WEEKDAYS) >= 0);
            return isDate ? of(year, String.valueOf(month), day) : null;
        }

        private static Date of(String year, String month, String day) {
            boolean ambiguous = year.length() == 2;
            int number = Integer.parseInt(year);
            int fullYear = !ambiguous ? number : number < 50 ? 2000 + number : 1900 + number;
            return new Date(LocalDate.of(fullYear, Integer.parseInt(month), Integer.parseInt(day)), ambiguous);
        }

        /** Returns the index of a name that may be cut to three letters or more; -1 if it is none of them. */
        private static int indexOf(String name, List<String> names) {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            for (int i = 0; i < names.size(); i++) {
                if (lowerCase.length() >= 3 && names.get(i).startsWith(lowerCase)) {
                    return i;
                }
            }
            return -1;
        }

        long millis(int hour, int minute, int second, int millis) {
            return Timestamps.time(
                    day.getYear(), day.getMonthValue(), day.getDayOfMonth(), hour, minute, second, millis);
        }
    }
}
