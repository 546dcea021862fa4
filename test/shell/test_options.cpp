// The command line, and where secrets come from.
#include "connection.h"
#include "options.h"

#include <ksqldb/client.h>
#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace shell {
namespace {

using Words = std::vector<std::string>;

Environment environmentOf(std::map<std::string, std::string> variables) {
    return [variables](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
}

Options parsed(const Words& words, std::map<std::string, std::string> variables = {}) {
    return parsedOptions(words, environmentOf(std::move(variables)));
}

std::string refusal(const Words& words) {
    try {
        parsed(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "taken";
}

TEST(Options, HaveDefaults) {
    const Options options = parsed({});
    EXPECT_EQ(options.urls, Words{"http://localhost:8088"});
    EXPECT_EQ(options.look.format, Format::Table);
    EXPECT_FALSE(options.goesOn);
    EXPECT_TRUE(options.keepsHistory);
    EXPECT_EQ(options.wait, std::chrono::seconds(60));
}

TEST(Options, AreRead) {
    const Options options = parsed({"-f",
                                    "a.sql",
                                    "-e",
                                    "LIST STREAMS",
                                    "--continue",
                                    "--output=csv",
                                    "--property",
                                    "a=b=c",
                                    "--property",
                                    "a=d",
                                    "--define",
                                    "x=",
                                    "-u",
                                    "me",
                                    "--ca-file",
                                    "ca.pem",
                                    "--client-certificate",
                                    "c.pem",
                                    "--client-key",
                                    "k.pem",
                                    "--proxy",
                                    "http://p:1",
                                    "--header",
                                    "X-One:  1",
                                    "--timeout",
                                    "2.5",
                                    "--wait=3",
                                    "--allow-plain-http",
                                    "--no-history",
                                    "-q",
                                    "http://one,http://two",
                                    "http://three"},
                                   {{"KSQLDB_URL", "http://other"}});
    ASSERT_EQ(options.sources.size(), 2U);
    EXPECT_TRUE(options.sources[0].isFile);
    EXPECT_EQ(options.sources[0].text, "a.sql");
    EXPECT_FALSE(options.sources[1].isFile);
    EXPECT_TRUE(options.goesOn);
    EXPECT_EQ(options.look.format, Format::Csv);
    EXPECT_EQ(options.properties, (std::map<std::string, std::string>{{"a", "d"}}));
    EXPECT_EQ(options.variables, (std::map<std::string, std::string>{{"x", ""}}));
    EXPECT_EQ(options.user, "me");
    EXPECT_EQ(options.headers, (std::vector<std::pair<std::string, std::string>>{{"X-One", "1"}}));
    EXPECT_EQ(options.timeout, std::chrono::milliseconds(2500));
    EXPECT_EQ(options.wait, std::chrono::seconds(3));
    EXPECT_FALSE(options.keepsHistory);
    EXPECT_EQ(options.urls, (Words{"http://one", "http://two", "http://three"}));
    EXPECT_EQ(parsed({"--", "-x"}).urls, Words{"-x"});
    EXPECT_EQ(parsed({}, {{"KSQLDB_URL", "http://a,http://b"}}).urls,
              (Words{"http://a", "http://b"}));
}

TEST(Options, AreRefusedWithTheirName) {
    EXPECT_EQ(refusal({"--nonsense"}), "unknown option --nonsense");
    EXPECT_EQ(refusal({"-e"}), "--execute needs a value");
    EXPECT_EQ(refusal({"--continue=1"}), "--continue takes no value");
    EXPECT_EQ(refusal({"-o", "xml"}), "no output format: xml (table, json, csv, vertical)");
    EXPECT_EQ(refusal({"--property", "a"}), "--property wants NAME=VALUE, not a");
    for (const char* const seconds : {"0", "-1", "x", "1s", "nan", "1e9", ""})
        EXPECT_NE(refusal({"--timeout", seconds}), "taken") << seconds;
    EXPECT_EQ(refusal({"--client-key", "k"}), "--client-key needs --client-certificate");
    EXPECT_EQ(refusal({"--user", "a", "--token-file", "t"}),
              "--user and --token-file are two ways to say who asks: choose one");
}

TEST(Options, TakeNoSecret) {
    for (const char* const option : {"--password", "--token", "--api-secret", "--secret"})
        EXPECT_EQ(refusal({option, "hunter2"}), std::string("unknown option ") + option);
    for (const char* const header : {"Authorization: Bearer hunter2", "cookie: hunter2"}) {
        const std::string said = refusal({"--header", header});
        EXPECT_NE(said, "taken");
        EXPECT_EQ(said.find("hunter2"), std::string::npos);
    }
}

class Secrets : public testing::Test {
protected:
    Secrets() {
        std::string name = (std::filesystem::temp_directory_path() / "shell-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~Secrets() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& content) {
        const auto path = folder_ / "secret";
        std::ofstream(path) << content;
        return path.string();
    }
    /// Whether a Client is made, and which question was asked.
    std::string connect(const Words& words, std::map<std::string, std::string> variables = {}) {
        std::string asked;
        const ksqldb::ClientOptions options = connectionOf(
            parsed(words), environmentOf(std::move(variables)), [&](const std::string& question) {
                asked = question;
                return std::string("typed");
            });
        const ksqldb::Client client(options);
        return asked;
    }

    std::filesystem::path folder_;
};

TEST_F(Secrets, ComeFromTheEnvironmentAFileOrTheTerminal) {
    const Words user{"--user", "alice", "https://localhost"};
    EXPECT_EQ(connect(user), "Password for alice: ");
    EXPECT_EQ(connect(user, {{"KSQLDB_PASSWORD", "x"}}), "");
    EXPECT_EQ(connect({"--user", "alice", "--password-file", file("x\n"), "https://localhost"}),
              "");
    EXPECT_EQ(connect({"--token-file", file("x\n"), "https://localhost"}), "");
    EXPECT_EQ(connect({"--proxy", "http://p:1", "--proxy-user", "bob"}), "Password of the proxy: ");
    EXPECT_EQ(connect({"https://localhost"}, {{"KSQLDB_TOKEN", "x"}}), "");
    EXPECT_EQ(connect({"https://localhost"}, {{"KSQLDB_API_KEY", "k"}, {"KSQLDB_API_SECRET", "s"}}),
              "");
}

TEST_F(Secrets, AreNotSentOverPlainHttpUnasked) {
    EXPECT_THROW(connect({"http://example.com"}, {{"KSQLDB_TOKEN", "x"}}), ksqldb::Error);
    EXPECT_EQ(connect({"http://example.com", "--allow-plain-http"}, {{"KSQLDB_TOKEN", "x"}}), "");
}

TEST_F(Secrets, ThatAreMissingAreTold) {
    EXPECT_THROW(connect({"--user", "a", "--password-file", "/nonexistent/file"}), UsageError);
    EXPECT_THROW(connect({"--token-file", file("\n")}), UsageError);
    EXPECT_THROW(connect({}, {{"KSQLDB_API_KEY", "k"}}), UsageError);
}

}  // namespace
}  // namespace shell
