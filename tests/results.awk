# Reads the results of test runs (.trx), for ../ecomintel.
#   -v show=failed          the tests that failed, a line each: suite, test id, class.method, and two filters that select it, the second where no test matches the first
#   -v show=FAILED          what they said
#   -v show=FLAKY           the same of those whose ids stand in the file named by -v flaky
#   -v show=outside         the errors of the run that are no test's, such as a crash
function plain(text) {
    gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); gsub(/&#x9;/, "\t", text); gsub(/&#x[DA];/, "", text)
    gsub(/&amp;/, "\\&", text)
    return text
}
function attribute(name) {
    return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}
function condition(property, value) {
    gsub(/[\\()&|=!~]/, "\\\\&", value)
    return property "=" value
}
function line(text) {
    if (text != "" && told++ < 30) print "  " substr(text, 1, 400)
}
BEGIN {
    while (flaky != "" && (getline id < flaky) > 0) passed_alone[id]
}
FNR == 1 {
    suite = FILENAME; sub(/.*\//, "", suite); sub(/\.trx$/, "", suite)
}
/<UnitTestResult / {
    id = attribute("testId"); telling = reading = seeds = 0
    failing = attribute("outcome") == "Failed" && !(show == "FAILED" && id in passed_alone) && !(show == "FLAKY" && !(id in passed_alone))
    if (failing && show == "failed" && !(id in wanted)) { wanted[id]; order[++count] = id; from[id] = suite }
    if (failing && show == toupper(show)) {
        print show " " plain(attribute("testName")) (show == "FLAKY" ? " (failed, then passed alone)" : ""); told = 0
    }
}
# What a test printed is long; what it says of its seed is not.
failing && /<StdOut>/ { reading = 1; sub(/^ *<StdOut>/, "") }
reading {
    last = sub(/<\/StdOut>.*/, "")
    if (show == toupper(show) && tolower($0) ~ /seed/ && seeds++ < 5) line(plain($0))
    if (last) reading = 0
}
failing && /<(Message|StackTrace)>/ { telling = 1; sub(/^ *<(Message|StackTrace)>/, "") }
telling {
    last = sub(/<\/(Message|StackTrace)>.*/, "")
    if (show == toupper(show)) line(plain($0))
    if (last) telling = 0
}
/<\/UnitTestResult>/ { failing = 0 }
/<UnitTest / { id = attribute("id"); display[id] = plain(attribute("name")) }
/<TestMethod / { method[id] = plain(attribute("className")) "." plain(attribute("name")) }
/<RunInfo .*outcome="Error"/ { outside = 1; next }
outside && /<Text>/ {
    outside = 0
    if (show == "outside" && !/\[FAIL\](<\/Text>)?$/) { sub(/^ *<Text>/, ""); sub(/<\/Text>.*/, ""); print substr(plain($0), 1, 400) }
}
END {
    for (n = 1; show == "failed" && n <= count; n++) {
        id = order[n]
        whole = condition("FullyQualifiedName", method[id])
        print from[id] "\t" id "\t" method[id] "\t" (display[id] ~ /\t/ ? whole : whole "&" condition("DisplayName", display[id])) "\t" whole
    }
}
