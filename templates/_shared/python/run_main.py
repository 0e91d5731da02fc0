# Whatever goes wrong ends in one line and exit code 1; Ctrl-C just ends.
if __name__ == "__main__":
{% include "_shared/python/" ~ provider ~ "/quiet_sign_in.py" %}
    try:
        {{ main | default("main()") }}
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SystemExit(f"\nThe sample encountered an error: {reason}") from error
