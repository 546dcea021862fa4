#include "options.h"

#include "words.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace shell {

namespace {

std::pair<std::string, std::string> setting(const std::string& option, const std::string& text) {
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos || sign == 0)
        throw UsageError(option + " wants NAME=VALUE, not " + text);
    return {text.substr(0, sign), text.substr(sign + 1)};
}

void assign(std::map<std::string, std::string>& to, std::pair<std::string, std::string> what) {
    to.insert_or_assign(std::move(what.first), std::move(what.second));
}

std::chrono::milliseconds seconds(const std::string& option, const std::string& text) {
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    if (!isWhole || !(number > 0) || number > 1e6)
        throw UsageError(option + " wants seconds above 0, not " + text);
    return std::chrono::milliseconds(static_cast<std::int64_t>(number * 1000));
}

/// A command line is no place for secrets, so not for this header either.
std::pair<std::string, std::string> header(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0) throw UsageError("--header wants 'NAME: VALUE'");
    const std::string name = text.substr(0, colon);
    for (const std::string_view secret : {"authorization", "proxy-authorization", "cookie"})
        if (lower(name) == secret)
            throw UsageError("--header does not take " + name +
                             ": others can read a command line. See --help for credentials.");
    const std::size_t value = text.find_first_not_of(" \t", colon + 1);
    return {name, value == std::string::npos ? "" : text.substr(value)};
}

void addUrls(std::vector<std::string>& urls, std::string_view text) {
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        if (comma != 0) urls.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
}

Format format(const std::string& name) {
    if (const auto found = formatNamed(name)) return *found;
    throw UsageError("no output format: " + name + " (table, json, csv, vertical)");
}

/// Long names of options that have a short one.
std::string longName(const std::string& option) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> names{
        {{"-e", "--execute"},
         {"-f", "--file"},
         {"-h", "--help"},
         {"-o", "--output"},
         {"-q", "--quiet"},
         {"-u", "--user"}}};
    for (const auto& [brief, full] : names)
        if (option == brief) return std::string(full);
    return option;
}

using Flag = void (*)(Options&);
using Setter = void (*)(Options&, const std::string& option, const std::string& value);

Flag flagNamed(std::string_view option) {
    static const std::map<std::string_view, Flag> all{
        {"--help", [](Options& o) { o.help = true; }},
        {"--version", [](Options& o) { o.version = true; }},
        {"--continue", [](Options& o) { o.goesOn = true; }},
        {"--wrap", [](Options& o) { o.look.wraps = true; }},
        {"--quiet", [](Options& o) { o.isQuiet = true; }},
        {"--no-history", [](Options& o) { o.keepsHistory = false; }},
        {"--allow-plain-http", [](Options& o) { o.allowsPlainHttp = true; }},
    };
    const auto found = all.find(option);
    return found == all.end() ? nullptr : found->second;
}

Setter setterNamed(std::string_view option) {
    using Text = const std::string&;
    static const std::map<std::string_view, Setter> all{
        {"--execute",
         [](Options& o, Text, Text v) {
             o.sources.push_back({false, v});
         }},
        {"--file",
         [](Options& o, Text, Text v) {
             o.sources.push_back({true, v});
         }},
        {"--output", [](Options& o, Text, Text v) { o.look.format = format(v); }},
        {"--property", [](Options& o, Text n, Text v) { assign(o.properties, setting(n, v)); }},
        {"--define", [](Options& o, Text n, Text v) { assign(o.variables, setting(n, v)); }},
        {"--user", [](Options& o, Text, Text v) { o.user = v; }},
        {"--password-file", [](Options& o, Text, Text v) { o.passwordFile = v; }},
        {"--token-file", [](Options& o, Text, Text v) { o.tokenFile = v; }},
        {"--ca-file", [](Options& o, Text, Text v) { o.caFile = v; }},
        {"--client-certificate", [](Options& o, Text, Text v) { o.certificateFile = v; }},
        {"--client-key", [](Options& o, Text, Text v) { o.keyFile = v; }},
        {"--proxy", [](Options& o, Text, Text v) { o.proxy = v; }},
        {"--proxy-user", [](Options& o, Text, Text v) { o.proxyUser = v; }},
        {"--header", [](Options& o, Text, Text v) { o.headers.push_back(header(v)); }},
        {"--timeout", [](Options& o, Text n, Text v) { o.timeout = seconds(n, v); }},
        {"--wait", [](Options& o, Text n,
                      Text v) { o.wait = std::chrono::ceil<std::chrono::seconds>(seconds(n, v)); }},
    };
    const auto found = all.find(option);
    return found == all.end() ? nullptr : found->second;
}

}  // namespace

std::optional<std::string> fromEnvironment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

Options parsedOptions(const std::vector<std::string>& words, const Environment& environment) {
    Options out;
    bool onlyUrls = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (onlyUrls || word.empty() || word.front() != '-') {
            addUrls(out.urls, word);
            continue;
        }
        if (word == "--") {
            onlyUrls = true;
            continue;
        }
        const std::size_t sign = word.rfind("--", 0) == 0 ? word.find('=') : std::string::npos;
        const std::string option = longName(word.substr(0, sign));
        if (const Flag flag = flagNamed(option)) {
            if (sign != std::string::npos) throw UsageError(option + " takes no value");
            flag(out);
            continue;
        }
        const Setter set = setterNamed(option);
        if (set == nullptr) throw UsageError("unknown option " + option);
        if (sign == std::string::npos && i + 1 == words.size())
            throw UsageError(option + " needs a value");
        set(out, option, sign == std::string::npos ? words[++i] : word.substr(sign + 1));
    }
    if (out.urls.empty()) addUrls(out.urls, environment("KSQLDB_URL").value_or(""));
    if (out.urls.empty()) out.urls.emplace_back("http://localhost:8088");
    if (out.keyFile.empty() != out.certificateFile.empty() && out.certificateFile.empty())
        throw UsageError("--client-key needs --client-certificate");
    if (out.proxy.empty() && !out.proxyUser.empty()) throw UsageError("--proxy-user needs --proxy");
    if (out.user.empty() && !out.passwordFile.empty())
        throw UsageError("--password-file needs --user");
    if (!out.user.empty() && !out.tokenFile.empty())
        throw UsageError("--user and --token-file are two ways to say who asks: choose one");
    return out;
}

std::string_view usage() {
    return R"(ksqldb-shell: SQL for ksqlDB

ksqldb-shell [OPTION…] [URL…]

URL: by default $KSQLDB_URL, or http://localhost:8088. Several are servers of one cluster.
Without -e and -f it shows a prompt; where the standard input is no terminal, it is the script.

  -e, --execute SQL    run these statements; may be given more than once, as -f
  -f, --file FILE      run this script; - is the standard input
  --continue           go on after a statement that fails
  -o, --output FORMAT  table, json (an object a line), csv or vertical
  --wrap               do not cut tables to the width of the terminal
  -q, --quiet          no banner
  --no-history         neither read nor write the file of the history

  --property NAME=VALUE    a property of ksqlDB's, as SET does
  --define NAME=VALUE      a variable, as DEFINE does
  --timeout SECONDS        for each request that is no query (15); ASSERT and
                           CREATE CONNECTOR have none
  --wait SECONDS           for a statement that the server has queued (60)

  -u, --user NAME          its password: $KSQLDB_PASSWORD, --password-file, or it is asked for
  --password-file FILE
  --token-file FILE        a bearer token
  --ca-file FILE           the authorities to trust, PEM
  --client-certificate FILE, --client-key FILE   PEM
  --proxy URL, --proxy-user NAME
  --header 'NAME: VALUE'   one more header for each request
  --allow-plain-http       send credentials over http, where everybody can read them
  -h, --help, --version

Secrets are no options, because others can read a command line. They are taken from files and from
$KSQLDB_API_KEY with $KSQLDB_API_SECRET, $KSQLDB_TOKEN, $KSQLDB_PASSWORD, $KSQLDB_KEY_PASSWORD (of
the client's key) and $KSQLDB_PROXY_PASSWORD.

Exit status: 0; 1: a statement failed; 2: the command line, or a file that cannot be read;
3: no connection to the server; 130: Ctrl-C; 141: whoever read the output has gone; 143: SIGTERM.
)";
}

}  // namespace shell
