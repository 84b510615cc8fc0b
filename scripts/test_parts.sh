#!/bin/sh
# System packages that tests use beside Python's: a browser, two reverse proxies, LibreOffice. Installed where apt-get may be
# used; where not, or where its registry does not answer, the tests that need them skip with that reason. Never fails.

missing() {
    command -v chromium >/dev/null 2>&1 || echo chromium
    fc-list 2>/dev/null | grep -qi cjk || echo fonts-noto-cjk fontconfig
    command -v nginx >/dev/null 2>&1 || echo nginx
    command -v caddy >/dev/null 2>&1 || echo caddy
    command -v soffice >/dev/null 2>&1 || echo libreoffice-writer-nogui
    # Writer opens no workbook: Calc is a package of its own.
    [ -e "${OFFICE:-/usr/lib/libreoffice/program}/libsclo.so" ] || echo libreoffice-calc-nogui
    command -v openssl >/dev/null 2>&1 || echo openssl
    command -v curl >/dev/null 2>&1 || echo curl
}

wanted=$(missing)
[ -z "$wanted" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "[dev] 安装测试用的系统软件包：$(echo $wanted)（约 2 分钟）"
    patience="-o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20"
    if apt-get $patience update -qq; then
        # Debian starts a server as soon as it is installed; tests start their own, on ports of their own.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            trap 'rm -f $policy' EXIT
            trap 'exit 0' INT TERM
            printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
        fi
        for package in $wanted; do # one by one: what this release does not have keeps none of the others away
            DEBIAN_FRONTEND=noninteractive apt-get $patience install -y -qq --no-install-recommends "$package" >/dev/null ||
                echo "没有装成 $package。"
        done
    fi
fi
wanted=$(missing)
[ -z "$wanted" ] || echo "用到这些系统软件包的测试会跳过，请自行安装：$(echo $wanted)"
exit 0
