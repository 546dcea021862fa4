from conan import ConanFile


class OfDebian(ConanFile):
    """A package that is there already: Debian 12's. For conan export --name NAME --version VERSION."""

    package_type = "shared-library"
    libraries = {"libcurl": ["curl"], "rapidjson": [], "spdlog": ["spdlog", "fmt"]}

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.system_libs = self.libraries[str(self.name)]
        if self.name == "spdlog":
            self.cpp_info.defines = ["SPDLOG_COMPILED_LIB", "SPDLOG_FMT_EXTERNAL", "SPDLOG_SHARED_LIB"]
